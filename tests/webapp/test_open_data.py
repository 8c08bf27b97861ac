"""The page of open data leads to every list that can be downloaded or followed, and every link answers."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_every_link_of_the_page_answers(client: FlaskClient, prefix: str) -> None:
    page = client.get(f"{prefix}/du-lieu")
    assert page.status_code == 200
    main = page.text.partition("<main")[2].partition("</main>")[0]
    links = re.findall(r'href="([^"]+)"', main)
    assert len(links) > 25 and "/api/v1/openapi.json" in links
    for link in links:
        assert client.get(link).status_code == 200, link


def test_no_download_and_no_feed_is_left_out(client: FlaskClient) -> None:
    text = client.get("/du-lieu").text
    rules = {rule.rule for rule in client.application.url_map.iter_rules()}
    lists = [rule for rule in rules if re.fullmatch(r"/[a-z/-]+[.](csv|xlsx|atom)", rule)]
    public = [rule for rule in lists if not rule.startswith("/quan-tri")]
    assert len(public) >= 13
    for rule in public:
        assert f'href="{rule}"' in text, rule
