"""The documentation that hexdocs serves for exactly the locked versions: its search, and each package's tarball.

The search (https://search.hexdocs.pm) is a Typesense index whose documents name `PACKAGE-VERSION`; it tells which
packages and pages speak of a query. What is cited comes from the tarball of the locked version, fetched once.
Packages of private Hex repositories, and those from git or a path, are never named to anybody.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from urllib.parse import urlencode

from torusnb.errors import ParameterError
from torusnb.models.base import Value, fingerprint
from torusnb.models.fetched import FetchRequest
from torusnb.models.sources import Query
from torusnb.research.lock import load_packages, public_versions
from torusnb.research.providers.opening import Opening
from torusnb.research.providers.outcomes import outcome_of, told_by
from torusnb.research.providers.package_docs import PackageDocs, is_page
from torusnb.research.providers.protocol import Answer, Fetcher, Hit, answer_with
from torusnb.research.providers.tarball import TarballError, unpack_files

SEARCH_URL = "https://search.hexdocs.pm/"
TARBALL_URL = "https://repo.hex.pm/docs/{package}-{version}.tar.gz"

_PER_PAGE = 15
_MOST_PACKAGES = 3
_MOST_HITS = 8
_LONGEST_ADDRESS = 1_900
_MOST_ITEMS = 100


class _Problem(Value, frozen=True):
    outcome: str
    message: str


class Hexdocs:
    """Answers with passages of the locked versions' documentation."""

    name = "hexdocs"
    outbound = True

    def __init__(
        self,
        fetcher: Fetcher,
        versions: Mapping[str, str],
        known: Collection[str] = (),
        *,
        search_url: str = SEARCH_URL,
        tarball_url: str = TARBALL_URL,
    ) -> None:
        """A provider.

        Args:
            fetcher: Fetches.
            versions: Public package to the version that is locked.
            known: Packages to ask for where a query names none; an address has no room for all.
            search_url: The search service.
            tarball_url: The tarball of `{package}` and `{version}`.
        """
        self._fetcher = fetcher
        self._versions = dict(versions)
        self._known = sorted(set(known) & set(versions))
        self._search_url = search_url
        self._tarball_url = tarball_url
        self._docs: dict[str, PackageDocs | _Problem] = {}

    def identify(self) -> str:
        """A digest of the addresses that are asked and of the locked versions."""
        return fingerprint(self.name, self._search_url, self._tarball_url, sorted(self._versions.items()), self._known)

    def search(self, query: Query) -> Answer:
        """The passages that speak of what is asked, best first.

        The package that the query names is always looked into, and up to two others that the search names. A refusal
        of the search is the outcome even where the named package's own documentation has something.
        """
        asked = [query.package] if query.package in self._versions else self._known
        if not asked:
            return Answer((), "unavailable", "mix.lock pins no package of the public Hex repository to search in.")
        named = self._ask_search(query.text, asked)
        pages: dict[str, set[str]] = {query.package: set()} if query.package in self._versions else {}
        for package, page in named if isinstance(named, list) else ():
            pages.setdefault(package, set()).add(page)
        hits: list[Hit] = []
        problems = [named] if isinstance(named, _Problem) else []
        for package in list(pages)[:_MOST_PACKAGES]:
            docs = self._load(package)
            if isinstance(docs, _Problem):
                problems.append(docs)
            else:
                hits += docs.search(query, "on hexdocs", frozenset(pages[package]))
        hits.sort(key=lambda hit: (-hit.relevance, hit.source.key, hit.start))
        if problems:
            return Answer(tuple(hits[:_MOST_HITS]), problems[0].outcome, problems[0].message)
        return answer_with(hits[:_MOST_HITS], "hexdocs has nothing that speaks of it for the locked versions.")

    def _ask_search(self, text: str, packages: list[str]) -> list[tuple[str, str]] | _Problem:
        """Package and page of each document found, best first; only of the packages asked for, at their versions."""
        fetched = self._fetcher.fetch(FetchRequest(self._address(text, packages), accept=("data",)))
        if fetched.outcome != "ok":
            return _Problem(outcome_of(fetched), f"The search of hexdocs gave nothing: {told_by(fetched)}")
        try:
            found = parse_answer(fetched.text)
        except ValueError:
            return _Problem("broken", "The search of hexdocs answered with something that is no list of documents.")
        wanted = {f"{package}-{self._versions[package]}": package for package in packages}
        return [(wanted[held], ref.partition("#")[0]) for held, ref in found if held in wanted]

    def _address(self, text: str, packages: list[str]) -> str:
        """The search's address for as many of the packages as it has room for."""
        names = [f"{package}-{self._versions[package]}" for package in packages]
        while True:
            asked = {"q": text, "query_by": "title,doc", "filter_by": f"package:=[{', '.join(names)}]"}
            address = f"{self._search_url}?{urlencode({**asked, 'per_page': _PER_PAGE})}"
            if len(address) <= _LONGEST_ADDRESS or len(names) == 1:
                return address
            names.pop()

    def _load(self, package: str) -> PackageDocs | _Problem:
        if package not in self._docs:
            self._docs[package] = self._fetch_docs(package)
        return self._docs[package]

    def _fetch_docs(self, package: str) -> PackageDocs | _Problem:
        version = self._versions[package]
        address = self._tarball_url.format(package=package, version=version)
        fetched = self._fetcher.fetch(FetchRequest(address, accept=("archive",)))
        if fetched.outcome != "ok":
            named = f"the documentation of {package} {version}"
            return _Problem(outcome_of(fetched), f"{named[0].upper()}{named[1:]} could not be had: {told_by(fetched)}")
        try:
            files = unpack_files(fetched.body, is_page)
        except TarballError as error:
            return _Problem("broken", f"The documentation tarball of {package} {version} is refused: {error}.")
        docs = PackageDocs(self.name, package, version, files, fetched.fetched_at)
        if not len(docs):
            return _Problem("unavailable", f"The documentation tarball of {package} {version} holds no page.")
        return docs


def open_hexdocs(opening: Opening) -> Hexdocs:
    """The provider for a checkout.

    Raises:
        ParameterError: There is nothing to fetch with.
    """
    if opening.fetcher is None:
        raise ParameterError(
            "the research provider 'hexdocs' needs the network, and torusnb works offline; set `offline` to false, "
            "or take it out of the parameter `providers`",
            key="providers",
        )
    versions = public_versions(load_packages(opening.root))
    return Hexdocs(opening.fetcher, versions, {source.package for source in opening.catalogue})


def parse_answer(text: str) -> list[tuple[str, str]]:
    """`PACKAGE-VERSION` and reference (`Foo.html#bar/1`) of each document of the search's answer, in its order.

    Raises:
        ValueError: It is no such answer.
    """
    try:
        answer = json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    hits = answer.get("hits") if isinstance(answer, dict) else None
    if not isinstance(hits, list):
        raise ValueError("no list of hits")
    found = []
    for hit in hits[:_MOST_ITEMS]:
        document = hit.get("document") if isinstance(hit, dict) else None
        package, ref = (document.get(key) if isinstance(document, dict) else None for key in ("package", "ref"))
        if isinstance(package, str) and isinstance(ref, str):
            found.append((package, ref))
    return found
