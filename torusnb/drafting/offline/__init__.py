"""The offline drafter: every section from evidence alone, without a model and without a network.

`drafter` runs it. `ledger` holds what is decided once; the rooms above it decide, those below it write.

The pack's words: `bounding`, `withdrawals`, `refused` (what counts); `homes`, `placing` (a statement's one section);
`linking`, `sides`, `levels` (a criterion's requirement, a requirement's side, the kind of test); `contracts`;
`emitting` (events).
Where the work goes: `matching` ranks modules by `vocabulary`, `work` and `witnesses`; `hosting`, `fitness` and
`exclusions` say which may take it (`speaking`: which function); `named_places`, `named_modules`, `siblings`,
`new_pages` and `elsewhere` read the names that the pack gives; `plan` puts it together from `component`, with `naming`,
`runtime` and `storage`.
Data: `tables` (which), `owners` (for whom), `shapes` and `columns` (what they hold), `uniqueness` (how many rows),
`migration`, `retention`, `copies` (those in memory). Jobs: `queueing`.
The code of today: `tracing` (the ways), `doors` (who comes in), `documented` and `documented_forms` (what packages
promise), `pitfalls` (traps), `taken` (gaps that are this feature's), `practices` (advice), `decisions` (its values).
Sections: 1 `summary`, 2 `requirements`, 3 `surroundings`, 4 `components`, 4.1 `additions`, `neighbours` and `unplaced`,
4.2 `flow` and `journey`, 4.3 `lifecycle`, 4.4 `alternatives`, 5 `interfaces` and `signatures`, 6 `data`, `storing`,
7 and 8 `consistency`, 9 `performance`, `measures` and `hotspots`, 10 `resilience`, 11 `observability`, 12 `security`,
`rights` and `guards`, 13 `testing`, 14, 15 and 17 `closing`, 16 `questions` and `origin`.
The whole text: `telling` (statements that no section took up), `negatives` (each "not applicable" against the pack),
`repeats`, `shortening`; `wording` is the language that all share.
"""
