"""Each line is tried without a message, and what is wrong is said plainly. Real servers on loopback."""

import socket
import ssl
from dataclasses import replace

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from django.core.management import CommandError, call_command

from agencies.models import ContactPoint
from agencies.reach import trials
from agencies.reach.trials import System, Trial
from protectu.gateways import LineChannel
from tests.agencies.reach.transports.conftest import ALL
from tests.agencies.reach.transports.test_http_tls import NAME, certificate  # noqa: F401 - a fixture
from tests.agencies.reach.transports.test_sms import gateway
from tests.agencies.reach.transports.test_web_push import identity
from tests.agencies.smtp import MailServer, TricklingServer, free_port, url_of
from tests.conftest import NOW
from tests.providers.agency_system import AgencySystem
from tests.providers.http import Reply
from tests.providers.line import Line
from tests.providers.sms import ThaiBulkSms
from tests.stack import Postbox

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def fault(transport: str, systems: list[System] | None = None) -> str:
    [trial] = [trial for trial in trials.run(systems or []) if trial.transport == transport]
    return trial.fault


# ---- The mail server -----------------------------------------------------------------------------------------


def test_a_mail_server_that_would_take_a_message_is_open_and_takes_none(mail):
    [trial] = trials.run([])

    assert trial == Trial("EMAIL", "the mail server", "", "A recipient is tried only by a message.")
    assert mail.taken == []


def test_a_mail_server_that_is_not_there(settings):
    settings.SMTP = url_of(free_port())

    assert fault("EMAIL") == "nothing listens there"


def test_a_name_that_nobody_knows(settings, monkeypatch):
    def unknown(*args, **kwargs):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)

    assert fault("EMAIL") == "its name is not found"


def test_a_mail_server_that_never_finishes_its_greeting(settings, monkeypatch):
    monkeypatch.setattr(trials, "DEADLINE_SECONDS", 1)
    server = TricklingServer()
    settings.SMTP = server.url

    assert fault("EMAIL") == "it does not answer within 1 seconds"
    assert server.was_left.wait(server.patience)
    server.stop()


def test_a_mail_server_without_the_encryption_that_is_demanded(mail, settings):
    settings.SMTP = settings.SMTP._replace(scheme="smtp+tls")

    assert fault("EMAIL") == "it offers no encryption (STARTTLS)"


class Encrypted(Controller):
    def _trigger_server(self) -> None:
        """Look whether it listens, as the library does, but without a word about its certificate."""
        trusting = ssl._create_unverified_context()
        with socket.create_connection((self.hostname, self.port), 5) as line, trusting.wrap_socket(line) as safe:
            safe.recv(1024)


@pytest.mark.parametrize("scheme", ["smtps", "smtp+tls"])
def test_a_certificate_that_nobody_vouches_for(settings, certificate, scheme):  # noqa: F811
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    if scheme == "smtps":
        server: Controller = Encrypted(Postbox(), hostname="127.0.0.1", port=free_port(), ssl_context=context)
    else:
        server = Controller(Postbox(), hostname="127.0.0.1", port=free_port(), tls_context=context)
    settings.SMTP = url_of(server.port)._replace(scheme=scheme)
    server.start()

    said = fault("EMAIL")
    server.stop()

    assert said.startswith("its certificate is not trusted: ")
    assert "self" in said  # "self-signed", "self signed": the words are the library's


def test_a_login_that_is_refused(settings):
    def nobody(*args, **kwargs) -> AuthResult:
        return AuthResult(success=False, handled=False)

    server = Controller(
        Postbox(), hostname="127.0.0.1", port=free_port(), authenticator=nobody, auth_require_tls=False
    )
    server.start()
    settings.SMTP = url_of(server.port)._replace(netloc=f"portal:wrong@127.0.0.1:{server.port}")

    said = fault("EMAIL")
    server.stop()

    assert said == "the login is refused (535)"


class Choosy(MailServer):
    async def handle_MAIL(self, *args: object) -> str:  # noqa: N802
        return "553 5.7.1 not your domain"


def test_a_sender_that_is_refused(settings):
    server = Choosy()
    server.controller.start()
    settings.SMTP = server.url

    said = fault("EMAIL")
    server.controller.stop()

    assert said == "the sender is refused (553)"


# ---- SMS, LINE, pushes ---------------------------------------------------------------------------------------


def test_an_sms_gateway_is_only_reached_and_what_that_leaves_out_is_said(mail, started, settings):
    carrier = started(ThaiBulkSms())
    settings.SMS_GATEWAY = gateway(carrier.url)

    [_, trial] = trials.run([])

    assert (trial.transport, trial.fault) == ("SMS", "")
    assert trial.untried == "Key, credit and sender are tried only by a message."
    assert carrier.calls == []
    carrier.stop()
    assert fault("SMS") == "nothing listens there"


@pytest.fixture
def line(mail, started, settings) -> Line:
    line = started(Line())
    settings.LINE_CHANNEL = LineChannel(url=line.root, token="the-token")
    return line


def test_line_is_asked_who_we_are_and_what_is_left(line):
    assert fault("LINE") == ""
    assert line.pushed == {}


def test_line_refuses_our_key(line, settings):
    settings.LINE_CHANNEL = replace(settings.LINE_CHANNEL, token="another")

    assert fault("LINE") == "our key is refused (401)"


def test_lines_quota_of_the_month_is_used_up(line):
    line.used = 1000

    assert fault("LINE") == "the quota of the month is used up (1000 of 1000)"


def test_line_without_a_limit_is_open(line):
    line.quota, line.used = {"type": "none"}, 10_000

    assert fault("LINE") == ""


def test_line_says_something_else(line):
    line.says = Reply(500)

    assert fault("LINE") == "it refuses (500)"


def test_a_key_for_pushes_that_signs_is_well(mail, settings):
    settings.WEB_PUSH = identity()

    assert fault("WEB_PUSH") == ""


def test_a_key_for_pushes_that_is_none(mail, settings):
    settings.WEB_PUSH = replace(identity(), private_key="not-a-key")

    assert fault("WEB_PUSH") == "VAPID_PRIVATE_KEY is not a key"


# ---- Agencies' own systems -----------------------------------------------------------------------------------


@pytest.fixture
def webhooks(mail, settings) -> None:
    settings.WEBHOOK_KEY, settings.WEBHOOK_TEST_HOSTS = "the-deployment's-key", ["127.0.0.1"]


def test_an_agencys_own_system_is_reached_and_sent_nothing(webhooks, started):
    system = started(AgencySystem())

    assert fault("WEBHOOK", [System("Police", system.url)]) == ""
    assert system.calls == []


def test_an_address_inside_our_walls_is_never_connected_to(webhooks, started, settings):
    settings.WEBHOOK_TEST_HOSTS = []
    system = started(AgencySystem())

    assert fault("WEBHOOK", [System("Police", system.url)]) == "its address lies inside our own network"


def test_the_certificate_of_an_agencys_own_system(webhooks, started, certificate, settings, monkeypatch):  # noqa: F811
    system = started(AgencySystem())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    system.server.socket = context.wrap_socket(system.server.socket, server_side=True)
    where = ("127.0.0.1", system.server.server_address[1])
    settings.WEBHOOK_TEST_HOSTS = [NAME]
    real = socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, *a, **k: [(2, 1, 6, "", where)] if host == NAME else real(host, *a, **k)
    )

    said = fault("WEBHOOK", [System("Police", f"https://{NAME}:{where[1]}/hook")])

    assert said.startswith("its certificate is not trusted")


def test_one_that_hangs_keeps_no_other_waiting(webhooks, settings, monkeypatch):
    monkeypatch.setattr(trials, "DEADLINE_SECONDS", 1)
    silent = [TricklingServer(), TricklingServer()]
    settings.SMTP, settings.LINE_CHANNEL = silent[0].url, LineChannel(url=f"http://{silent[1].url.netloc}", token="t")

    found = trials.run([System("Police", f"http://127.0.0.1:{free_port()}/")])
    for server in silent:
        server.stop()

    faults = {trial.transport: trial.fault for trial in found}
    assert faults.pop("LINE")
    assert faults == {"EMAIL": "it does not answer within 1 seconds", "WEBHOOK": "nothing listens there"}


def test_the_systems_that_are_tried_are_those_in_use(betong_police, settings):
    settings.TRANSPORTS = ALL
    used = {"agency": betong_police, "transport": "WEBHOOK", "verified_at": NOW}
    ContactPoint.objects.create(address="https://one.example/", confirmed_at=NOW, **used)
    ContactPoint.objects.create(address="https://two.example/", **used)

    assert trials.systems() == [System("Betong Police", "https://one.example/")]


# ---- Where it is asked ---------------------------------------------------------------------------------------


def test_the_page_tries_nothing_until_somebody_presses(client, mail, krit, started, settings, monkeypatch):
    tried = []
    monkeypatch.setattr(trials, "run", lambda systems: tried.append(systems) or [Trial("EMAIL", "mail", "bad", "")])
    client.force_login(krit)

    page = client.get("/directory/preflight/").content.decode()
    assert tried == []
    assert "Try the lines now" in page

    shown = client.post("/directory/preflight/lines/").content.decode()
    assert tried == [[]]
    assert "▲" in shown
    assert "bad" in shown


def test_the_page_names_what_it_found(client, mail, krit, settings):
    settings.SMTP = url_of(free_port())
    client.force_login(krit)

    shown = client.post("/directory/preflight/lines/").content.decode()

    assert "the mail server" in shown
    assert "nothing listens there" in shown


def test_an_officer_of_an_agency_may_not_press(client, pim):
    client.force_login(pim)

    assert client.post("/directory/preflight/lines/").status_code == 403


def test_the_command_ends_badly_when_a_line_is_closed(settings, capsys, areas):
    settings.SMTP = url_of(free_port())

    with pytest.raises(CommandError):
        call_command("preflight")

    assert "line_email: the mail server: nothing listens there" in capsys.readouterr().out
