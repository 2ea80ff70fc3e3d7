"""Settings. Secrets and addresses come from the environment; a missing one stops the start."""

import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

import environ
from csp.constants import NONCE, NONE, SELF, STRICT_DYNAMIC
from django.conf.locale import LANG_INFO
from django.core.exceptions import ImproperlyConfigured

from protectu.gateways import LineChannel, SmsGateway, TileHost, WebPush, full_name
from protectu.patience import PatientConnection

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent
# Set by ./portal run for its private cluster: the demo may be loaded, and plain http on loopback is enough.
IS_DEMO = env.bool("IS_DEMO", default=False)

SECRET_KEY = env.str("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])  # what they signed is still valid
FIELD_KEYS = env.list("FIELD_KEYS")  # Fernet keys of the encrypted columns; the first one encrypts
INDEX_KEY = env.str("INDEX_KEY")  # keys the digests of tokens
INDEX_KEY_FALLBACKS = env.list("INDEX_KEY_FALLBACKS", default=[])  # what is stored under them is still found
PUBLIC_URL = env.str("PUBLIC_URL").rstrip("/")  # where people reach us; part of each link in a message
QUICK_EXIT_URL = env.str("QUICK_EXIT_URL", default="https://www.tmd.go.th/")
# Only a tested number that somebody reads day and night: public pages offer it to those without mobile data.
PUBLIC_TEXT_NUMBER = env.str("PUBLIC_TEXT_NUMBER", default="")
if PUBLIC_TEXT_NUMBER and not re.fullmatch(r"\+?[0-9]{3,15}", PUBLIC_TEXT_NUMBER):
    raise ImproperlyConfigured("PUBLIC_TEXT_NUMBER is digits, with or without a + before them")

DEBUG = False
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[urlsplit(PUBLIC_URL).hostname])
ROOT_URLCONF = "protectu.urls"
ASGI_APPLICATION = "protectu.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# GDAL before 3.9 may fetch what a hostile spatial reference names. We give it numbers only, never text.
SILENCED_SYSTEM_CHECKS = ["gis.W001"]

INSTALLED_APPS = [
    "protectu",
    "agencies",
    "cases",
    "insight",
    "officers",
    "vault",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.gis",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "crispy_forms",
    "csp",
    "django_htmx",
    "leaflet",
]

MIDDLEWARE = [
    "protectu.middleware.known_methods",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "protectu.middleware.no_nul",
    "protectu.middleware.SentAway",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "officers.middleware.LoginRequiredMiddleware",
    "officers.middleware.StaffLanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "agencies.pages.context.staff",
                "cases.pages.red_light.context",
            ],
        },
    }
]

# ---- PostgreSQL ------------------------------------------------------------------------------------
_database = env.db("DATABASE_URL")
DATABASES = {
    "default": {
        **_database,
        "HOST": unquote(_database["HOST"]),  # a socket's directory, percent-encoded
        "ENGINE": "django.contrib.gis.db.backends.postgis",
        "ATOMIC_REQUESTS": False,  # an access event is committed before the record is decrypted
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,  # after a restart of PostgreSQL the pool hands out no dead connection
        "OPTIONS": {
            "connect_timeout": 3,
            # Over TCP a machine that is gone closes no connection; without these we would wait for two hours.
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "tcp_user_timeout": 20_000,
            "pool": {
                "min_size": 2,
                "max_size": env.int("DATABASE_POOL_SIZE", default=20),
                "timeout": 1,
                "reconnect_timeout": 2,  # with more, its doubling pauses miss a database that is back
                "connection_class": PatientConnection,
            },
        },
        "TEST": {"TEMPLATE": "template_portal"},
    }
}
# The role that the processes run as; it owns no table and may not change history.
DATABASE_APP_ROLE = env.str("DATABASE_APP_ROLE", default="portal_app")

# ---- Celery over Redis: it carries hints only ------------------------------------------------------
CELERY_BROKER_URL = env.str("REDIS_URL")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    # Nobody waits for ever for a broker that is frozen, or gone without a word.
    "socket_timeout": 10,
    "socket_connect_timeout": 5,
    "socket_keepalive": True,
}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = "UTC"

CACHES = {"default": {"BACKEND": "protectu.even_cache.EvenCache"}}

# ---- People -----------------------------------------------------------------------------------------
AUTH_USER_MODEL = "agencies.Officer"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "start"
LOGOUT_REDIRECT_URL = "login"
PASSWORD_HASHERS = ["vault.hashing.Argon2"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SESSION_COOKIE_AGE = 12 * 3600  # one shift
SESSION_COOKIE_SAMESITE = "Lax"  # so that the link in a message opens for an officer who is logged in
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not IS_DEMO
CSRF_COOKIE_HTTPONLY = True
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# ---- The browser ------------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = not IS_DEMO
SECURE_HSTS_SECONDS = 0 if IS_DEMO else 31536000
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        # strict-dynamic: the page's own script may fetch Leaflet when a person asks for the map.
        "script-src": [NONCE, STRICT_DYNAMIC],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
# A person may paste a long story. The beginning of a longer one is taken all the same.
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024

# ---- Photos, recordings, PDFs --------------------------------------------------------------------------
ATTACHMENT_MAX_BYTES = env.int("ATTACHMENT_MAX_BYTES", default=10_000_000)  # each; said on the page
ATTACHMENTS_A_REPORT = env.int("ATTACHMENTS_A_REPORT", default=5)
# Beyond these limits only words are taken, so that the database has room for reports.
ATTACHMENT_BYTES_AN_HOUR = env.int("ATTACHMENT_BYTES_AN_HOUR", default=500_000_000)  # from one network
ATTACHMENT_BYTES_A_DAY = env.int("ATTACHMENT_BYTES_A_DAY", default=5_000_000_000)  # from all
# A virus scanner of our own (ClamAV's clamd): host:port, or the path of its socket. Empty: nothing is scanned.
CLAMD_ADDRESS = env.str("CLAMD_ADDRESS", default="")
FILE_UPLOAD_HANDLERS = ["cases.pages.public.uploads.InMemory"]  # never in a folder for temporary files
# The part of a request that is read. The rest is drained, so that the person gets an answer.
BODY_MAX_BYTES = ATTACHMENT_MAX_BYTES * ATTACHMENTS_A_REPORT + DATA_UPLOAD_MAX_MEMORY_SIZE

# ---- Floods (docs/adr/0008-floods.md) ------------------------------------------------------------------
# How many of our proxies append to X-Forwarded-For. 0: the peer of the socket is the client.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
FLOOD_LIMIT = env.int("FLOOD_LIMIT", default=20)  # an hour from one network; more are marked as low trust
FLOOD_CROWD = env.int("FLOOD_CROWD", default=100)  # an hour from one network; more are bundled, whatever they say

# ---- Languages and time -----------------------------------------------------------------------------
# Django knows no Lao, and calls Khmer "Khmer" in its own script too.
LANG_INFO["lo"] = {"bidi": False, "code": "lo", "name": "Lao", "name_local": "ລາວ"}
LANG_INFO["km"] = {**LANG_INFO["km"], "name_local": "ភាសាខ្មែរ"}
LANGUAGE_CODE = "th"
# The languages of the public pages. Their catalogues are ours: Django's are half empty in Burmese and Khmer.
LANGUAGES = [
    ("th", "ไทย"),
    ("en", "English"),
    ("my", "မြန်မာ"),
    ("km", "ភាសាខ្មែរ"),
    ("lo", "ລາວ"),
    ("vi", "Tiếng Việt"),
    ("zh-hans", "简体中文"),
    ("ms", "Bahasa Melayu"),
]
STAFF_LANGUAGES = ("th", "en")
# A visitor whose browser asks for none of these reads English more likely than Thai.
LANGUAGE_OF_STRANGERS = "en"
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Bangkok"
USE_TZ = True

# ---- Files ------------------------------------------------------------------------------------------
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / ".var")))
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = IS_DEMO  # straight from the source, no collectstatic
STORAGES = {
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if IS_DEMO
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    }
}

# ---- Messages to agencies ---------------------------------------------------------------------------
SMTP = urlsplit(env.str("EMAIL_URL"))
MAIL_FROM = env.str("MAIL_FROM", default=f"no-reply@{urlsplit(PUBLIC_URL).hostname}")
# how we introduce ourselves to the mail server: a full host name; some refuse any other
MAIL_HELO = full_name(env.str("MAIL_HELO", default=urlsplit(PUBLIC_URL).hostname))
SMS_GATEWAY = SmsGateway.from_env(env, is_demo=IS_DEMO)
LINE_CHANNEL = LineChannel.from_env(env, is_demo=IS_DEMO)
LINE_PUBLIC = env.bool("LINE_PUBLIC", default=False)  # whether the public may write there, because somebody reads it
LINE_ACCOUNT = env.str("LINE_ACCOUNT", default="")  # what people search for in LINE to add us: @…
WEBHOOK_KEY = env.str("WEBHOOK_KEY", default="")  # each agency's signing key is derived from it
WEBHOOK_TEST_HOSTS = env.list("WEBHOOK_TEST_HOSTS", default=[]) if IS_DEMO else []  # inside our walls, plain http
WEB_PUSH = WebPush.from_env(env, is_demo=IS_DEMO)
# What this deployment can send by. A contact point on another transport is not usable.
_CONFIGURED = {
    "EMAIL": True,
    "SMS": SMS_GATEWAY,
    "LINE": LINE_CHANNEL,
    "WEBHOOK": WEBHOOK_KEY,
    "WEB_PUSH": WEB_PUSH,
}
TRANSPORTS = [transport for transport, is_configured in _CONFIGURED.items() if is_configured]

# ---- Erasing ----------------------------------------------------------------------------------------
# The signed file outside the database that says what was erased, so that a restore erases it again.
ERASURE_LEDGER = env.str("ERASURE_LEDGER", default="")

# How many messages a contact point gets one by one in ten minutes; more are gathered into one.
MESSAGES_APART = env.int("MESSAGES_APART", default=5)
# Messages by SMS and LINE an hour and a day; more go to the agency's next contact point. A share is reserved for
# emergencies.
BUDGETS = {
    "SMS": (env.int("SMS_AN_HOUR", default=200), env.int("SMS_A_DAY", default=1000)),
    "LINE": (env.int("LINE_AN_HOUR", default=200), env.int("LINE_A_DAY", default=1000)),
}

# Disks that watch measures: folders on them. Those that we write to, and any more.
DISKS = [VAR_DIR, *filter(None, [ERASURE_LEDGER and Path(ERASURE_LEDGER).parent]), *env.list("DISKS", default=[])]
# Each process writes into this file, in a container, that it lives. Empty: nowhere.
PULSE_FILE = env.str("PULSE_FILE", default="")

# ---- Watching ---------------------------------------------------------------------------------------
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")  # opens /metrics/; without a token that page does not exist
# The outside watcher, who calls somebody when we fall silent. Pinged each minute while the audit finds nothing.
HEARTBEAT_URL = env.str("HEARTBEAT_URL", default="")
if HEARTBEAT_URL and not HEARTBEAT_URL.startswith("https://"):
    raise ImproperlyConfigured("HEARTBEAT_URL must begin with https://")

# A canary goes the real way every CANARY_MINUTES; only this address is told. Empty: there is no canary.
CANARY_ADDRESS = env.str("CANARY_ADDRESS", default="")
CANARY_EVERY = timedelta(minutes=env.int("CANARY_MINUTES", default=5))

# ---- Maps -------------------------------------------------------------------------------------------
TILES = TileHost.from_env(env, is_demo=IS_DEMO, var_dir=VAR_DIR)  # None: our own outlines, no streets
# Each kind of map is a script of ours that draws on Leaflet; {% map_files %} puts both on a page.
MAP_SCRIPTS = ("map", "case_map", "rings_map")
LEAFLET_CONFIG = {
    "TILES": [],  # the default asks a stranger's server
    "NO_GLOBALS": True,
    "RESET_VIEW": False,
    "PLUGINS": {name: {"js": f"{name}.js", "css": "map.css"} for name in MAP_SCRIPTS},
}

LOG_FORMAT = env.str("LOG_FORMAT", default="text")  # or json: one object a line
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {
            "()": "protectu.logs.NeutralFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
        },
        "json": {"()": "protectu.log_lines.JsonFormatter", "format": "%(message)s"},
    },
    "handlers": {"console": {"class": "protectu.log_lines.LineHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # uvicorn has a handler of its own, which would quote what an error says. Who asked for what is not written down:
    # named here, because a logger below one that is configured is opened again.
    "loggers": {
        "uvicorn": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "uvicorn.access": {"handlers": [], "level": "CRITICAL", "propagate": False},
    },
}
