"""What looks like a secret, and what only nearly does. Every secret here is made up and put together at run time."""

from __future__ import annotations

import json

import pytest

from torusnb.trail.secrets import find_secrets

BASE64 = "MIIBOgIBAAJBAKj34GkxFhD90vcNLYLInFEX6Ppy1tPf9Cnzj4p4WGeKLs1Pt8Qu"
BEGIN = "-----BEGIN {}-----"
SECRETS = [
    ("an Anthropic key", "sk-ant-" + "api03-" + "aB3_" * 10),
    ("a GitHub token", "ghp_" + "aB3d" * 9),
    ("a GitHub token", "gho_" + "aB3d" * 9),
    ("a GitHub token", "ghs_" + "aB3d" * 9),
    ("a GitHub token", "ghu_" + "aB3d" * 9),
    ("an AWS access key", "AKIA" + "Q3ZT7WLN" * 2),
    ("a private key", BEGIN.format("RSA PRIVATE KEY") + "\n" + BASE64),
    ("a private key", BEGIN.format("PRIVATE KEY") + "\n" + BASE64),
    ("a private key", BEGIN.format("EC PRIVATE KEY") + "\nProc-Type: 4,ENCRYPTED\nDEK-Info: A,B\n\n" + BASE64),
    ("credentials in an address", "ecto://torus:" + "kR8-vv2q@db.school.test/torus"),
    ("credentials in an address", "https://ci:" + "9f8e7d6c@git.school.test/repo.git"),
    ("a JSON Web Token", "eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiJhbGljZSJ9." + "q7w_" * 8),
]


@pytest.mark.parametrize(("kind", "secret"), SECRETS)
@pytest.mark.parametrize("around", ["{}", "before\n{}\nafter", "key={},", '"{}"', "({})"])
def test_a_secret_is_told_by_its_kind(kind: str, secret: str, around: str) -> None:
    assert find_secrets(around.format(secret)) == (kind,)


@pytest.mark.parametrize(("kind", "secret"), SECRETS)
def test_a_secret_is_seen_within_json_and_within_json_in_json(kind: str, secret: str) -> None:
    once = json.dumps({"text": f"a line\n{secret}\nanother"})
    assert find_secrets(once) == (kind,)
    assert find_secrets(json.dumps([once])) == (kind,)


def test_a_secret_that_a_table_may_break_is_seen() -> None:
    assert find_secrets("ecto://torus:kR8-<wbr>vv2q@db.<wbr>school.<wbr>test/") == ("credentials in an address",)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "set the key sk-ant-... in the environment",
        "sk-ant-short",
        "task-ant-" + "hill" * 10,
        "ghp_ and a token",
        "ghp_" + "a" * 20,
        "weigh" + "ghp_"[2:] + "a" * 40,
        "AKIA" + "IOSFODNN7" + "EXAMPLE",
        "AKIA" + "abcdefgh" * 2,
        "SLAKIA" + "Q3ZT7WLN" * 2,
        "AKIA" + "Q3ZT7WLN" * 3,
        BEGIN.format("PUBLIC KEY") + "\n" + BASE64,
        BEGIN.format("PRIVATE KEY") + "\n...\n-----END PRIVATE KEY-----",
        f"a file that begins with {BEGIN.format('PRIVATE KEY')} is a key",
        "ecto://postgres:postgres@db.school.test/mini",
        "ecto://user:pass@host/mini",
        "ecto://USER:PASS@HOST/DATABASE",
        "postgres://torus:${DB_PASSWORD}@db.school.test/mini",
        'postgres://torus:#{System.get_env("X")}@db.school.test/mini',
        "postgres://torus:****@db.school.test/mini",
        "postgres://torus:anything@localhost/mini",
        "https://alice:her-own-password@www.example.com/",
        "https://school.test:4001/users/@me",
        "git@github.com:school/repo.git",
        "https://school.test/a:b/c@d",
        "eyJhbGciOiJIUzI1NiJ9 is the first part",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9",
        "a.b.c and Mini.Delivery.Sections",
        "3a7bd3e2360a3d29eea436fcfb7e44c735d117c42d1c1835420b6b9942dd4f1b",
    ],
)
def test_what_only_nearly_looks_like_a_secret_does_not_count(text: str) -> None:
    assert find_secrets(text) == ()
