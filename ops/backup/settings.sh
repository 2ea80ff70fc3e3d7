# What the other scripts share. From the environment, or from the file that BACKUP_CONFIG names.
#
# BACKUP_DIR        where the backups lie: another machine's disk, mounted here
# BACKUP_RECIPIENT  the public key of age that encrypts them
# BACKUP_KEY_FILE   the secret key that reads them: only where something is restored, never beside the backups
# PG_BIN            where PostgreSQL's programs are (the newest under /usr/lib/postgresql)
# BACKUP_DAYS       a base backup older than this is removed, with all WAL before the oldest that is left (28)
# shellcheck shell=bash
set -euo pipefail
umask 077

BACKUP_CONFIG=${BACKUP_CONFIG:-/etc/protectu/backup.env}
if [[ -r $BACKUP_CONFIG ]]; then
    # shellcheck source=/dev/null
    source "$BACKUP_CONFIG"
fi
: "${BACKUP_DIR:?is not set}"
BACKUP_DAYS=${BACKUP_DAYS:-28}
export BACKUP_DIR BACKUP_KEY_FILE=${BACKUP_KEY_FILE:-}
export PATH=${PG_BIN:-$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -1)}:$PATH
export BACKUP_BASE=$BACKUP_DIR/base BACKUP_WAL=$BACKUP_DIR/wal BACKUP_DAYS
mkdir -p "$BACKUP_BASE" "$BACKUP_WAL"

# PostgreSQL refuses root, who may well be the one who restores.
as_postgres() {
    if [[ $EUID == 0 ]]; then
        setpriv --reuid=postgres --regid=postgres --clear-groups -- "$@"
    else
        "$@"
    fi
}

# Tells the portal, in its database, what was done (BACKUP) or found (DISK); the audit and /health/ read it.
tell() {
    # The log is archived meanwhile, so that is told within 10 s or not; a base backup has the time (TELL_WITHIN).
    PGCONNECT_TIMEOUT=${TELL_WITHIN:-3} timeout "${TELL_WITHIN:-10}" psql -Xq -v ON_ERROR_STOP=1 -v what="$1" -v found="$2" "${DATABASE_NAME:-portal}" <<'SQL'
SET lock_timeout = '2s';
SET synchronous_commit = local;
INSERT INTO agencies_heartbeat (process, at, ahead_seconds, findings) VALUES (:'what', clock_timestamp(), 0, :'found')
ON CONFLICT (process) DO UPDATE SET at = excluded.at, ahead_seconds = 0, findings = excluded.findings;
SQL
}

# Is the disk of this folder nearly full? As cases/reads/disks.py measures.
room_of() {
    local size free
    read -r size free < <(df --output=size,avail --block-size=1 "$1" | tail -1)
    if ((free < size / 10 && free < 5000000000)); then echo '{"disk_low": 1}'; else echo '{}'; fi
}

# The moment in the name of a base backup: 20261124T201000Z
stamp() { date -u --date="$1" +%Y%m%dT%H%M%SZ; }

# Encrypts standard input into the file $1: whole and on disk, or not there at all.
keep() {
    local part=$1.part
    age --encrypt --recipient "${BACKUP_RECIPIENT:?is not set}" --output "$part"
    sync "$part"
    mv "$part" "$1"
    sync "$(dirname "$1")"
}
