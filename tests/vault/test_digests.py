from vault import digest


def test_a_digest_is_keyed_and_of_one_purpose(settings):
    token = digest("2222", purpose="link")

    assert token == digest("2222", purpose="link")
    assert token != digest("2222", purpose="pin")
    settings.INDEX_KEY = "another"
    assert token != digest("2222", purpose="link")
