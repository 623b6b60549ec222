"""Where a checkout's files can be read in a browser."""

from __future__ import annotations

import pytest

from torusnb.context.map.hosting import web_address

COMMIT = "0123456789" * 4


@pytest.mark.parametrize(
    ("origin", "address"),
    [
        ("https://github.com/garden/beds.git", "https://github.com/garden/beds/blob/"),
        ("https://github.com/garden/beds", "https://github.com/garden/beds/blob/"),
        ("git@github.com:garden/beds.git\n", "https://github.com/garden/beds/blob/"),
        ("ssh://git@github.com:22/garden/beds.git", "https://github.com/garden/beds/blob/"),
        ("git@gitlab.com:group/sub/beds.git", "https://gitlab.com/group/sub/beds/-/blob/"),
    ],
)
def test_the_forms_of_a_clones_address_lead_to_the_files_at_the_commit(origin: str, address: str) -> None:
    assert web_address(origin, COMMIT) == f"{address}{COMMIT}/"


def test_a_user_and_a_secret_in_the_address_are_left_out() -> None:
    address = web_address("https://ada:s3cret@github.com/garden/beds.git", COMMIT)
    assert address == f"https://github.com/garden/beds/blob/{COMMIT}/"


@pytest.mark.parametrize(
    "origin",
    ["", "/srv/git/beds.git", "file:///srv/beds", "https://git.example.org/beds", "javascript:alert(1)//github.com/a",
     "https://github.com/../../evil", "https://github.com/a b", "https://github.com/a\"onclick=x/b"],
)  # fmt: skip
def test_an_unknown_host_or_a_strange_address_leads_nowhere(origin: str) -> None:
    assert web_address(origin, COMMIT) == ""
