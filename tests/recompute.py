#!/usr/bin/env python3
"""Recompute the ranking of exported result files: recompute.py result.json... prints one JSON line per file.

Independent of the program: standard library and exact fractions only. The rule's
numbers are in the file; the rule: drop whole sheets by total, mean of the rest, round half up once, ties by the criteria
in order, then by the recorded vote or by lots. Lots are drawn again from what chair and supervisor revealed, and must agree
with what each committed to before and with the order recorded.
"""
import hashlib
import json
import sys
from fractions import Fraction
from itertools import groupby


def mean(hundredths, count):
    marks = Fraction(hundredths, 100 * count)
    shown = (200 * marks.numerator + marks.denominator) // (2 * marks.denominator)  # half up, in hundredths
    text = f"{shown // 100}.{shown % 100:02d}"
    return {"numerator": marks.numerator, "denominator": marks.denominator, "shown": text}, shown


def drops(rule, sheets):
    trim, high, low = rule["trim"], 0, 0
    if rule["aggregation"] == "median":
        high = low = (sheets - 1) // 2
    elif rule["aggregation"] == "trimmed_mean" and sheets >= trim["from_sheets"]:
        high, low = trim["drop_highest"], trim["drop_lowest"]
    return ("highest", 1, high), ("lowest", -1, low)


def score(file, bid):
    sheets = [dict(s, by={m["criterion_id"]: m["mark_hundredths"] for m in s["marks"]})
              for s in file["sheets"] if s["bid_id"] == bid]
    total = lambda s: sum(s["by"].values())
    late = lambda s: (s["submitted_at"], s["id"])
    dropped, kept = [], list(sheets)
    for end, sign, times in drops(file["rule"], len(sheets)):
        for _ in range(times):
            out = max(kept, key=lambda s: (sign * total(s), late(s)))
            kept.remove(out)
            dropped.append({"sheet_id": out["id"], "alias": out["alias"], "end": end})
    whole, shown = mean(sum(map(total, kept)), len(kept))
    parts = [(c["id"], *mean(sum(s["by"][c["id"]] for s in kept), len(kept))) for c in file["criteria"]]
    return {"bid": bid, "total": whole, "shown": shown, "parts": parts, "means": tuple(p[2] for p in parts),
            "sheets": len(sheets), "kept": len(kept), "dropped": dropped}


def why(one, scored, shared, drawn):
    if shared:
        return "shared", None
    if drawn:
        return "recorded", None
    rivals = [o for o in scored if o["shown"] == one["shown"] and o is not one]
    if not rivals:
        return "none", None
    first_difference = lambda o: next(i for i, (a, b) in enumerate(zip(one["means"], o["means"])) if a != b)
    return "criterion", one["parts"][max(map(first_difference, rivals))][0]


def rank_topic(file, topic):
    bids = sorted(b["id"] for b in file["bids"] if b["topic_id"] == topic["id"])
    has_sheet = {s["bid_id"] for s in file["sheets"]}
    recused = sum(r["topic_id"] == topic["id"] for r in file["recusals"])
    eligible, quorum = len(file["reviewers"]) - recused, file["rule"]["quorum"]
    assigned = {a["bid_id"]: len(a["reviewers"]) for a in file.get("assignments", [])}
    lots = {t["bid_id"]: t["order"] for t in file["tie_breaks"]}
    scored = [score(file, b) for b in bids if b in has_sheet]

    ladder = lambda s: (-s["shown"], tuple(-m for m in s["means"]))
    places = []  # lists of those who share a rank, best first; with: was a lot needed?
    for _, tied in groupby(sorted(scored, key=ladder), key=ladder):
        tied = list(tied)
        if all(t["bid"] in lots for t in tied):
            lot = lambda t: lots[t["bid"]]
            places += [(list(g), len(tied) > 1) for _, g in groupby(sorted(tied, key=lot), key=lot)]
        else:
            places.append((tied, False))

    rows, rank = [], 1
    for group, drawn in places:
        for s in sorted(group, key=lambda s: s["bid"]):
            resolved, criterion = why(s, scored, len(group) > 1, drawn)
            reserve = None
            if s["shown"] < file["rule"]["threshold_hundredths"]:
                outcome = "below_threshold"
            elif rank > topic["quota"]:
                outcome, reserve = "reserve", rank - topic["quota"]
            else:
                outcome = "winner" if rank - 1 + len(group) <= topic["quota"] else "tied"
            share = lambda of: -(-of * quorum["numerator"] // quorum["denominator"])
            if "appointed" in quorum:  # of the seats, whoever is recused, and three at least
                met = s["sheets"] >= max(3, share(quorum["appointed"]))
            else:  # files of before: of those who were not recused
                need = assigned.get(s["bid"], eligible)
                met = need > 0 and s["sheets"] >= share(need)
            rows.append({
                "bid_id": s["bid"], "rank": rank, "total": s["total"],
                "criteria": [{"criterion_id": c, "mean": m} for c, m, _ in s["parts"]],
                "sheets": s["sheets"], "kept": s["kept"], "dropped": s["dropped"],
                "quorum_met": met,
                "resolved_by": resolved, "resolved_by_criterion": criterion,
                "proposed": outcome, "reserve": reserve})
        rank += len(group)
    return {"topic_id": topic["id"], "eligible_reviewers": eligible, "rows": rows,
            "unscored": [b for b in bids if b not in has_sheet]}


def sha256(*lines):
    return hashlib.sha256("\n".join(map(str, lines)).encode()).hexdigest()


def draw_again(file):
    """None, or what is wrong with a draw of lots."""
    for draw in file.get("lots", []):
        parts = [draw["chair"], draw["supervisor"]]
        held = [p["revealed"] for p in parts if p and p["revealed"]]
        for p in parts:
            if p and p["revealed"] and sha256("biaogan-lot-1", p["revealed"]["salt"], p["revealed"]["word"]) != p["commitment"]:
                return f"draw {draw['number']}: what was revealed is not what was committed to"
        if draw["void"] is not None:
            continue
        if len(held) < 2:
            return f"draw {draw['number']}: not revealed by both"
        bids = ",".join(map(str, draw["bids"]))
        words = [text for h in held for text in (h["salt"], h["word"])]
        seed = sha256("biaogan-lots-1", file["round"]["id"], draw["number"], bids, *words)
        order = sorted(draw["bids"], key=lambda bid: sha256(seed, bid))
        recorded = {t["bid_id"]: t["order"] for t in file["tie_breaks"] if t["method"] == "lots"}
        if seed != draw["seed"] or order != draw["order"] or [recorded.get(b) for b in order] != list(range(1, len(order) + 1)):
            return f"draw {draw['number']}: another order follows from what was revealed"


for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as handle:
        result = json.load(handle)
    fault = draw_again(result)
    if fault:
        sys.exit(f"{path}: {fault}")
    print(json.dumps([rank_topic(result, t) for t in sorted(result["topics"], key=lambda t: t["id"])]))
