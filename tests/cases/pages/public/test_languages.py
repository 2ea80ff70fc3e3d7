"""Each page is in one of eight languages without words of another, and fits into the first packets."""

import ast
import csv
import re
import unicodedata

import brotli
import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from agencies.models import Agency, Area
from cases.flow import returning
from cases.management import catalogues
from cases.models import Report
from tests.cases.pages.public.conftest import hidden, reference_on, text_of

pytestmark = pytest.mark.django_db

ALL = [code for code, _ in settings.LANGUAGES]
OTHERS = [code for code in ALL if code != "en"]
LARGEST = 14 * 1024  # one initial congestion window
LARGEST_OF_OTHERS = 30 * 1024
SCRIPTS = {"th": "THAI", "my": "MYANMAR", "km": "KHMER", "lo": "LAO", "zh-hans": "CJK"}
# Written alike everywhere: the names of keys and of services. Places and offices are in Latin letters on all but
# the Thai pages.
LATIN_WORDS = {"esc", "shift", "line", "sms", "pdf", "mb", "cookie", "incognito", "childline", "b", "e"}
PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w+\}")


READ = ["", "check/", "numbers/", "rights/", "signs/", "after/", "traces/", "border/"]


def letters_of(text):
    """Return the scripts of the letters in `text`, and the words in Latin letters that are no names."""
    names = [*Area.objects.values_list("name_en", flat=True), *Agency.objects.values_list("name_en", flat=True)]
    known = LATIN_WORDS | {word.lower() for name in names for word in name.split()}
    strange = [word for word in re.findall(r"[A-Za-z]+", text) if word.lower() not in known]
    rest = re.sub(r"[A-Za-z]+", "", text)
    scripts = {
        unicodedata.name(sign, "?").split()[0] for sign in rest if unicodedata.category(sign) in ("Lo", "Ll", "Lu")
    }
    return scripts, strange


@pytest.fixture(params=OTHERS)
def language(request):
    return request.param


def _of_who_came_back(phone, language, reference):
    """Return the pages that a reporter sees who comes back, with contact details that can be taken away."""
    report = Report.objects.get(reference=reference)
    Report.objects.filter(pk=report.pk).update(contact=Report(contact="081").contact)
    came = phone.post(f"/{language}/back/", {"code": returning.give_code(report=report, now=timezone.now()).digits})
    token = {"token": hidden(came, "token")}
    done = (
        ("words", {"text": "123"}),
        ("contact", {"do": "hide"}),
        ("contact", {"do": "show"}),
        ("reach", {"safe_contact": "ANY_TIME", "contact_from": "x"}),
        ("reach", {}),
        ("who", {"know_police": "no"}),
        ("stop", {}),
        ("look", {}),
    )
    return [came, *(phone.post(f"/{language}/back/{name}/", {**token, **fields}) for name, fields in done)]


@pytest.fixture
def pages(phone, directory, hotlines, language):
    """Return each page that a person can meet, without the list of languages, references and names."""
    pressed = phone.press(language)
    token = {"token": hidden(pressed, "token")}
    found = [
        phone.get(f"/{language}/"),
        phone.get(f"/{language}/now/"),
        phone.get(f"/{language}/form/"),
        pressed,
        phone.post(f"/{language}/form/", {}),
        phone.post(f"/{language}/form/", {"people_count": "many", "in_danger_now": "perhaps", "contact_from": "x"}),
        phone.post(f"/{language}/now/place/", {**token, "area": "95"}),
        phone.post(f"/{language}/now/words/", {**token, "text": "123"}),
        phone.post(f"/{language}/now/words/", {"token": "too old", "text": "123"}),
        phone.post(f"/{language}/now/code/", token),
        *(phone.get(f"/{language}/info/{page}") for page in READ),
        phone.post(f"/{language}/info/check/", {"sign": ["1", "2"]}),
        phone.post(f"/{language}/info/check/", {}),
        phone.get(f"/{language}/back/"),
        phone.post(f"/{language}/back/", {"code": "12"}),
        phone.post(f"/{language}/back/", {"code": "1" * 20}),
        *_of_who_came_back(phone, language, reference_on(pressed)),
    ]
    for response in found:
        response.content = re.sub(
            rb'<nav (?:aria-label|class="tongues").*?</nav>', b"", response.content, flags=re.DOTALL
        )
        response.content = re.sub(rb'<strong class="reference">[^<]*|<bdi>[^<]*', b"", response.content)
    return found


def test_every_word_of_the_public_pages_is_in_the_catalogue(language):
    ours = catalogues.catalogue(language)

    missing = [word.msgid for word in catalogues.public_words() if not catalogues.said(ours.find(word.msgid))]

    assert len(catalogues.public_words()) > 100
    assert missing == []


def test_a_translation_keeps_the_places_for_names_and_numbers(language):
    for entry in catalogues.catalogue(language):
        said = catalogues.said(entry)
        forms = f"{entry.msgid} {entry.msgid_plural}"  # a singular may leave the number out
        assert set(PLACEHOLDER.findall(said)) == set(PLACEHOLDER.findall(forms)), entry.msgid


def test_no_page_falls_back_to_another_language(pages, language):
    if language in ("vi", "ms"):
        said = {word.msgid for word in catalogues.public_words() if len(word.msgid) > 8}
        for response in pages:
            assert not [msgid for msgid in said if msgid in text_of(response)]
        return
    for response in pages:
        scripts, strange = letters_of(text_of(response))
        assert scripts <= {SCRIPTS[language]}
        assert strange == []


def test_the_page_says_which_language_it_is_in(pages, language):
    for response in pages:
        assert f'<html lang="{language}">' in response.content.decode()


@pytest.mark.parametrize("code", ALL)
@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_the_alert_page_comes_whole_in_the_first_packets(phone, hotlines, settings, code, encoding):
    settings.PUBLIC_TEXT_NUMBER = "+66000000000"
    response = phone.get(f"/{code}/now/", **{"accept-encoding": encoding})

    assert response.headers["Content-Encoding"] == encoding
    assert len(response.content) <= LARGEST
    if encoding == "br":
        assert b"</html>" in brotli.decompress(response.content)


@pytest.mark.parametrize("code", ALL)
@pytest.mark.parametrize("page", ["", "form/", "back/"])
def test_no_page_is_heavy(phone, areas, hotlines, code, page):
    response = phone.get(f"/{code}/{page}", **{"accept-encoding": "br"})

    assert len(response.content) <= LARGEST_OF_OTHERS


def test_the_list_of_languages_names_each_in_its_own_script(phone):
    page = phone.get("/lo/now/").content.decode()

    listed = re.findall(r'<a href="/([\w-]+)/now/" lang="([\w-]+)" hreflang="[\w-]+">([^<]+)</a>', page)
    assert [(code, name) for code, _, name in listed] == [pair for pair in settings.LANGUAGES if pair[0] != "lo"]


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("my-MM,my;q=0.9,en;q=0.5", "my"),
        ("km", "km"),
        ("lo-LA", "lo"),
        ("vi-VN,vi", "vi"),
        ("zh-CN,zh;q=0.9", "zh-hans"),
        ("zh-TW", "zh-hans"),
        ("ms-MY", "ms"),
        ("shn,my;q=0.5", "my"),
        ("sw", "en"),
        ("", "th"),
        ("*", "th"),
        ("not a language;;;", "th"),
    ],
)
def test_the_first_page_is_in_the_first_language_of_the_browser_that_we_have(phone, asked, given):
    assert phone.get("/", **{"accept-language": asked}).headers["Location"] == f"/{given}/"


def test_officers_are_spoken_to_in_thai_or_english(client):
    assert 'lang="th"' in client.get(reverse("login"), headers={"accept-language": "my"}).text


@pytest.mark.parametrize("code", catalogues.LANGUAGES)
def test_the_table_for_the_reviewer_is_what_the_pages_say(code):
    with catalogues.table_of(code).open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == list(catalogues.table(code))


def test_what_a_reviewer_wrote_goes_back_into_the_catalogue(tmp_path, monkeypatch):
    folder = tmp_path / "locale" / "lo" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalogues.catalogue("lo").save(str(folder / "django.po"))
    monkeypatch.setattr(catalogues, "ROOT", tmp_path)
    table = tmp_path / "lo.csv"
    table.write_text("English,Thai,Translation,Better,Remark\nSend,,,ສົ່ງໄປ,\nYes,,,,\n", encoding="utf-8-sig")

    assert catalogues.take_review("lo", table) == 1

    assert catalogues.catalogue("lo").find("Send").msgstr == "ສົ່ງໄປ"
    assert catalogues.catalogue("lo").find("Yes").msgstr == "ແມ່ນ"


def test_no_text_to_translate_stands_inside_an_f_string():
    """Older versions of xgettext do not see it there, and whoever reviews a translation misses it."""
    translated = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"}
    rooms = [path for path in catalogues.ROOT.iterdir() if (path / "__init__.py").exists() and path.name != "tests"]
    for path in (path for room in rooms for path in room.rglob("*.py")):
        inside = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.JoinedStr)]
        calls = [call for text in inside for call in ast.walk(text) if isinstance(call, ast.Call)]
        assert not [call.lineno for call in calls if getattr(call.func, "id", "") in translated], path
