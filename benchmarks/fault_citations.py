"""Faults in evidence, references and quotes."""

from __future__ import annotations

import random
import re

from benchmarks.fault_ground import Ground, Lines, insert, replace

_LABEL = re.compile(r"^- \*\*\[(?P<label>[a-z0-9][\w.-]*)\]\*\*")
_QUOTE = re.compile(r"“[^”]*\d[^”]*”")
_LETTERS = re.compile(r"“(?P<words>[^”]{20,})”")
_DOCS = re.compile(r"(?P<head>hexdocs\.pm/\w+/)(?P<version>\d+\.\d+\.\d+)(?=/)")
_ACCESS = re.compile(r"\s*·\s*(?:Accessed \d{4}-\d{2}-\d{2}|Not accessed)[^·]*")


def unknown_key(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    del ground
    key = rng.choice(("src:nobody-wrote-this", "code:lib/nowhere.ex:3", "A-77", "practice:none-1"))
    return insert(lines, rng, f"Writes are grouped in one transaction [@{key}].")


def _labels(lines: Lines) -> list[str]:
    return [match["label"] for line in lines if (match := _LABEL.match(line))]


def unused_reference(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    del ground
    labels = [
        label for label in _labels(lines) if any(f"[{label}]" in line and not _LABEL.match(line) for line in lines)
    ]
    if not labels:
        return None
    label = rng.choice(labels)
    return [line if _LABEL.match(line) else line.replace(f" [{label}]", "").replace(f"[{label}]", "") for line in lines]


def unlisted_reference(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    del ground
    labels = [
        label for label in _labels(lines) if any(f"[{label}]" in line and not _LABEL.match(line) for line in lines)
    ]
    if len(_labels(lines)) < 2 or not labels:
        return None
    label = rng.choice(labels)
    return [line for line in lines if not line.startswith(f"- **[{label}]**")]


def undated_reference(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    del ground
    places = [at for at, line in enumerate(lines) if _LABEL.match(line) and _ACCESS.search(line)]
    if not places:
        return None
    at = rng.choice(places)
    return [*lines[:at], _ACCESS.sub("", lines[at]), *lines[at + 1 :]]


def other_version(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    del ground
    return replace(lines, rng, _DOCS, lambda match: f"{match['head']}{_bumped(match['version'])}")


def _bumped(version: str) -> str:
    major, minor, patch = version.split(".")
    return f"{int(major) + 2}.{minor}.{patch}"


def changed_digit(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    del ground

    def changed(match: re.Match[str]) -> str:
        digit = re.search(r"\d", match.group())
        return (
            match.group()[: digit.start()] + str((int(digit.group()) + 3) % 10) + match.group()[digit.end() :]
            if digit
            else ""
        )

    return replace(lines, rng, _QUOTE, changed)


def changed_word(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    del ground

    def changed(match: re.Match[str]) -> str:
        words = match["words"].split(" ")
        words[len(words) // 2] = "seldom"
        return f"“{' '.join(words)}”"

    return replace(lines, rng, _LETTERS, changed)


def broken_address(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    del ground
    return replace(lines, rng, re.compile(r"https://(?=\w)"), lambda _: "https:/")


def broken_link(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    del ground
    return insert(lines, rng, f"The order of the work is in [the plan](../nowhere_{rng.randrange(99)}/plan.md).")
