"""Further checks of the same bundle: what decides no outcome, and is left out of verify.py.

Lay it beside verify.py, and run it in its place: the same options, the same report, the same exit
codes. It is verify.py with these rules besides: the account of the allowance; which links were
issued; whether two persons acted where two must; when and to whom reminders went; how comments,
meetings and interests were recorded, how many answered, who was not reached, and who could not
vote; the words beside a count's numbers; the letters about the trail itself. Python 3.9 or newer,
the standard library alone. Compare its SHA-256 with the one in the minutes, too.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path
from types import ModuleType

FILE = Path(__file__).with_name("verify.py")  # the one beside it, whatever else is installed
verify = ModuleType("verify")
exec(compile(FILE.read_bytes(), FILE, "exec"), vars(verify))  # noqa: S102 - and no cache is written

BASES = {
    "votes_cast": "votes cast",
    "weight": "votes held",
    "practices": "practices",
    "practices_voting": "practices voting for or against",
    "patients": "patients of practices voting for or against",
}
"""What a share is of, in the words of a count."""

UNDOES = ("refused", "lapsed", "set_aside", "withdrawn", "revote")  # these give a charge back


ASKS = ("notice", "consultation_opened", "vote_opened")  # each asks anew; the others say it again
TELLS = (*ASKS, "reminder", "extended", "asked_again")
REGISTER = ("contact_", "correction_")  # letters about who a practice's people are
POSTS = ("lead", "deputy", "manager")  # a reminder goes up to one of these, or to everyone
SENT = ["comment.received", "vote.cast", "vote.changed", "call_in.requested", "challenge.raised"]


class Beside:
    """What is known of a decision beside what verify.py knows."""

    def __init__(self):
        self.links, self.reminded, self.remind, self.moments = {}, {}, [], []
        self.answered, self.entered = {}, ""  # who answered, and when; the state was entered
        self.meetings, self.comments = {}, set()
        self.proposed, self.queries, self.year, self.charged = [], [], "", False
        self.asked, self.knows, self.taken = None, set(), {}  # the last asking; who has heard of it
        self.by_staff = False  # whether the deadline that is set now was extended by staff
        self.rung, self.voted = set(), None  # told by a call; who had voted as the vote closed


class Further(verify.Replay):
    """Every rule of verify.py, and those of this file."""

    def __init__(self, *given):
        super().__init__(*given)
        self.beside, self.debts, self.charging = defaultdict(Beside), {}, False
        self.newest, self.once = None, set()

    def decide(self, rule, ref):
        """Whoever has sent something has heard of what is asked."""
        super().decide(rule, ref)
        if self.kind in SENT:
            self.beside[ref].knows.add(self.body["practice"])

    def lay(self, d, what, whom):
        """A leaf that must follow in this commit."""
        self.debts[what, d.ref, whom] = self.n

    def end_of_commit(self):
        """What was owed and did not come."""
        for (what, ref, whom), n in self.debts.items():
            words = f"{what} {whom} of {ref} should come before, for leaf {n}."
            if what == "link.issued" or self.charging:
                self.must(False, words=words)
            else:
                self.report.note(words)  # an earlier build kept no account
        self.debts.clear()
        super().end_of_commit()


def base(kind, r, d, b):
    """The rule of verify.py for such a leaf."""
    getattr(verify, f"on_{kind}")(r, d, b)


def words_of(kind):
    """The words of its rules."""
    return getattr(verify, f"on_{kind}").__defaults__[-1]


# --- links: who is on the roll with an address has one; the next has the next number


def on_decision_opened(r, d, b, rule=words_of("decision_opened")):
    base("decision_opened", r, d, b)
    for practice, line in d.roll.items():
        for one in line["persons"]:
            if one["contact"]:
                r.lay(d, "link.issued", f"{practice}/{one['person']}")


def on_link_issued(r, d, b, rule="for a person without one; the next generation"):
    links, place = r.beside[d.ref].links, f"{b['practice']}/{b['person']}"
    owed = r.debts.pop(("link.issued", d.ref, place), None) is not None
    revoked, new = (b["practice"], b["person"]) in d.revoked, b["generation"]
    r.must(owed or revoked, new == links.get(place, 0) + 1)
    links[place] = new
    base("link_issued", r, d, b)


def on_link_revoked(r, d, b, rule="it was issued"):
    r.must(r.beside[d.ref].links.get(f"{b['practice']}/{b['person']}") == b["generation"])
    base("link_revoked", r, d, b)


# --- who answered; comments, meetings and interests as they are recorded


def heard(r, d):
    """Where practices are reminded, what they said before the state does not count."""
    beside = r.beside[d.ref]
    since = beside.entered if d.here["deadline"].get("remind") else ""
    return {p for p, at in beside.answered.items() if at >= since}


def on_phase_opened(r, d, b):
    beside = r.beside[d.ref]
    beside.entered = r.at
    if d.open("votes"):
        beside.answered = {}


def on_comment_received(r, d, b, rule=words_of("comment_received")):
    base("comment_received", r, d, b)
    r.beside[d.ref].comments.add(r.n)
    if d.open("comments"):
        r.beside[d.ref].answered[b["practice"]] = r.at


def on_comment_answered(r, d, b, rule="a comment of the decision; a disposition"):
    known = b["comment"] in r.beside[d.ref].comments
    r.must(known, b["disposition"] in {"accepted", "answered", "noted"})
    base("comment_answered", r, d, b)


def on_vote_cast(r, d, b, rule=words_of("vote_cast")):
    base("vote_cast", r, d, b)
    beside, day = r.beside[d.ref], r.cal(d.calendar).day
    beside.answered[b["practice"]] = r.at
    if b.get("meeting"):
        held = beside.meetings.get(b["meeting"], "")
        right = held >= str(day(beside.entered)) and day(r.at) < day(d.due)
        r.must(right, words="the meeting was before the vote, or it closes today.")


on_vote_changed = on_vote_cast


def on_meeting_recorded(r, d, b, rule="a new name; all on the roll; not yet to come"):
    meetings, today = r.beside[d.ref].meetings, str(r.cal(d.calendar).day(r.at))
    r.must(b["meeting"] not in meetings, {*b["attended"]} <= d.roll.keys(), b["held_on"] <= today)
    meetings[b["meeting"]] = b["held_on"]
    base("meeting_recorded", r, d, b)


def on_interest_declared(r, d, b, rule="the practice is on the roll"):
    r.must(b["practice"] in d.roll)
    base("interest_declared", r, d, b)


# --- acts of two persons


def on_act_proposed(r, d, b):
    r.beside[d.ref].proposed.append(b)


def two(r, d, word):
    """This is the second person's word on what the first one proposed."""
    beside = r.beside[d.ref]
    first = [one for one in beside.proposed if one["act"].startswith(word)]
    hashes = {r.body.get("person_hash"), *(one.get("person_hash") for one in first)} - {None}
    beside.proposed = [one for one in beside.proposed if one not in first]
    r.must(r.body.get("person_hash") and len(hashes) > 1, words="it needs two persons.")


def on_interest_ruled(r, d, b, rule=words_of("interest_ruled")):
    base("interest_ruled", r, d, b)
    if b["ruling"] != "noted":
        two(r, d, "rule")


def on_override(r, d, b, rule=words_of("override")):
    base("override", r, d, b)
    if b.get("lower"):
        two(r, d, "override")


def on_deadline_extended(r, d, b, rule=words_of("deadline_extended")):
    r.beside[d.ref].by_staff = not b["automatic"]
    if not b["automatic"]:
        two(r, d, "extend")
    base("deadline_extended", r, d, b)


# --- reminders: to the silent alone, on the mornings that the calendar gives


def before(cal, day, days):
    """So many working days before the day."""
    one = timedelta(days=1)
    for _ in range(days):
        day -= one
        while day.weekday() > 4 or day.isoformat() in cal.holidays:
            day -= one
    return day


def mornings(r, d):
    """When reminders fall, of the deadline that is set now."""
    cal, (at, days) = r.cal(d.calendar), d.clock
    due, told = cal.after(at, days), d.here["deadline"].get("remind", [])
    fall = {
        cal.step(cal.day(at), days // 2)
        if one == "at half-time"
        else before(cal, cal.day(due), verify.span(one) if one[0].isdigit() else 0)
        for one in told
    }
    instants = sorted(cal.instant(day, "letter_time") for day in fall)
    return [instant for instant in instants if at < instant < due]


def on_deadline_set(r, d, b):
    beside = r.beside[d.ref]
    if not beside.by_staff:
        r.same(remind=mornings(r, d))
    beside.by_staff, beside.remind = False, b.get("remind") or []
    beside.moments = beside.remind
    base("deadline_set", r, d, b)


def on_deadline_recomputed(r, d, b, rule=words_of("deadline_recomputed")):
    base("deadline_recomputed", r, d, b)
    r.beside[d.ref].remind = b.get("remind") or []


def silent(r, d):
    """Whom to remind: at most three times in seven London days."""
    day, out = r.cal(d.calendar).day, heard(r, d) | d.ruled(verify.BARRED)
    week = day(r.at) - timedelta(days=7)
    told = r.beside[d.ref].reminded
    often = {p for p, ats in told.items() if sum(day(at) > week for at in ats) > 2}
    return [p for p, line in d.roll.items() if p not in out | often and line["persons"]]


def on_phase_closed(r, d, b, rule=words_of("phase_closed")):
    told = {"answered": len(heard(r, d)), "on_roll": len(d.roll)} if d.due else None
    r.beside[d.ref].voted = {*r.beside[d.ref].answered} if d.open("votes") else None
    if d.due and not r.scripted and r.beside[d.ref].remind and silent(r, d):
        r.report.note(f"{d.ref}: a reminder of {d.state} was not sent.")
    base("phase_closed", r, d, b)
    if told and d.counts:
        right = well_named(d.flow["vote"], b["count"])
        r.must(right, words="a share is not said to be of what it is.")
    elif told:
        r.same(count=told)


def well_named(rule, count):
    """Whether the words beside the numbers say what each is a share of."""
    groups = [count, *count.get("areas", [])]
    told = [(rule["quorum"]["of"], group["quorum"]) for group in groups if "quorum" in group]
    if "carried" in rule:
        told += [(rule["carried"]["of"], group["threshold"]) for group in groups]
        told += [(rule["carried"]["of"], count)]
    told += [(of["of"], each) for of, each in zip(rule.get("also", []), count.get("also", []))]
    return all(each["base"] == BASES[of] for of, each in told)


def rung(r, d):
    """How far up the ladder the reminder goes whose moment came last; "" for everyone."""
    cal, told, moments = r.cal(d.calendar), d.here["deadline"], r.beside[d.ref].remind
    day = max((cal.day(instant) for instant in moments if instant <= r.at), default=None)
    pairs = [*zip(told.get("remind", []), told.get("escalate", []))]
    half = [its for one, its in pairs if one == "at half-time"]
    ends = [
        its
        for one, its in pairs
        if one != "at half-time"
        and day == before(cal, cal.day(d.due), verify.span(one) if one[0].isdigit() else 0)
    ]
    its = ["", *half, *ends][-1]
    return its if its in POSTS else ""


def up_to(line, its):
    """The people of a practice up to a rung; everyone where none of them holds such a post."""
    posts = POSTS[: POSTS.index(its) + 1] if its else ()
    return [one for one in line["persons"] if one["role"] in posts] or line["persons"]


def reminder(r, d, b):
    """Nothing else leads to it than its time, and it goes to the silent, up to its rung."""
    beside, practices, its = r.beside[d.ref], silent(r, d), rung(r, d)
    due = [instant for instant in beside.remind if instant <= r.at]
    beside.remind = beside.remind[len(due) :]
    for practice in practices:
        beside.reminded.setdefault(practice, []).append(r.at)
    told = {"rung": its} if its else {}
    r.must(due and r.at < d.due and audience(practices, **told) == b["audience"])
    named(r, b, [(p, one["person"]) for p in practices for one in up_to(d.roll[p], its)])


def ring(r, d, b):
    """It comes with a reminder, to people of the body."""
    moments = r.beside[d.ref].moments
    r.must(moments and moments[0] <= r.at < d.due)


def audience(practices, role=None, **narrowed):
    """The digest of whom a letter goes to."""
    told = {"practices": practices, "role": role, **narrowed}
    return verify.sha256(verify.canonical(told)).hex()


def named(r, b, people):
    """One letter to each of these, each with its Message-ID."""
    r.must(b["count"] == len(people), words="it goes to others.")
    r.mailings[r.n]["people"] = {
        verify.sha256(f"{r.n}|{b['letter']}|{p}|{who}{r.restored}".encode()).hex()[:32]: p
        for p, who in people
    }


# --- who was not reached: an outcome says it


def on_practice_unreached(r, d, b, rule="on the roll"):
    r.must(b["practice"] in d.roll)


def on_practice_reached(r, d, b, rule="on the roll"):
    r.must(b["practice"] in d.roll)
    r.beside[d.ref].rung.add(b["practice"])


def not_reached(r, d, b):
    """No letter that tells what is asked stands accepted, and nothing was heard of them."""
    beside, barred = r.beside[d.ref], d.ruled(verify.BARRED)
    told = beside.knows | {*beside.taken.values()} | barred
    lost = None if beside.asked is None else [p for p in d.roll if p not in told | beside.rung]
    if "told_by_call" in b:
        r.same(told_by_call=[p for p in d.roll if p in beside.rung - told])
    mute, beside.voted = could_not_vote(r, d, barred), None
    if "silenced" in b:
        r.same(silenced=mute)
    elif mute:  # an earlier build did not say it
        r.report.note(f"{d.ref}: nobody could vote by link at {', '.join(mute[:20])}.")
    if "unreached" in b:
        r.same(unreached=lost)
    elif lost and b.get("count"):  # an earlier build did not say it
        names = ", ".join(lost[:20])
        r.report.note(f"{d.ref}: it does not say that it has not reached {names}.")


def could_not_vote(r, d, barred):
    """Who had not voted at the close, and where nobody held a link that casts; else None."""
    voted, links = r.beside[d.ref].voted, r.beside[d.ref].links
    if voted is None:
        return None

    def may(p, one):
        held = f"{p}/{one['person']}" in links and (p, one["person"]) not in d.revoked
        return held and one["may_cast"]

    able = {p for p, line in d.roll.items() if any(may(p, one) for one in line["persons"])}
    return [p for p in d.roll if p not in able | voted | barred]


def trail_mail_accepted(r, b, rule=verify.trail_mail_accepted.__defaults__[-1]):
    mailing = r.mailings.get(b["mailing"], {})
    beside = r.beside.get(mailing.get("decision"))
    if beside and mailing.get("tells") and b["mailing"] >= beside.asked:
        if r.kind == "mail.accepted":
            beside.taken[b["message"]] = b.get("practice") or ""
        else:  # what came back has reached nobody
            beside.taken.pop(b["message"], None)
    verify.trail_mail_accepted(r, b)


trail_mail_bounced = trail_mail_undeliverable = trail_mail_skipped = trail_mail_accepted


# --- letters about the trail itself, and about queries


def trail_calendar_published(r, b):
    r.newest = b["digest"]
    verify.trail_calendar_published(r, b)


def trail_mail_intent(r, b, rule="nothing led to this letter, or no reminder was due"):
    verify.trail_mail_intent(r, b)
    letter, ref = b["letter"], b.get("decision")
    if ref is None and letter.startswith(REGISTER):
        return  # about the register, which is no part of a bundle
    if ref is None:  # its readers are on no roll
        day = str(r.cal(r.newest).day(r.at)) if r.newest else r.at[:10]
        once = (letter, {"checkpoint": day, "digest": week_of(day)}.get(letter, day[:7]))
        to = "leaders" if letter == "leaders" else "committee"
        right = letter in {"bulletin", "digest"} or b["audience"] == audience([], to)
        r.must(right, once not in r.once)
        r.once.add(once)
        for one, practices in (b.get("about") or {}).items():  # a digest counts as a reminder
            for practice in practices if one in r.decisions else ():
                r.beside[one].reminded.setdefault(practice, []).append(r.at)
    elif ref in r.decisions and r.in_scope(b):
        if letter in ASKS:
            beside = r.beside[ref]
            beside.asked, beside.knows, beside.taken, beside.rung = r.n, set(), {}, set()
        r.mailings[r.n]["tells"] = letter in TELLS and r.beside[ref].asked is not None
        if verify.OTHERS.fullmatch(letter):
            OF_OTHERS.get(letter, of_a_query)(r, r.decisions[ref], b)


def reply_received(r, d, b):
    """It asks one person, who wrote, to confirm by link; once a day."""
    people = [(p, one["person"]) for p, line in d.roll.items() for one in line["persons"]]
    to = [(p, who) for p, who in people if audience([p], persons=[who]) == b["audience"]]
    once = (d.ref, b["audience"], str(r.cal(d.calendar).day(r.at)))
    r.must(len(to) == 1 and once not in r.once)
    r.once.add(once)
    named(r, b, to)


def week_of(day):
    """A digest goes once a week, a checkpoint once a day, the others once a month."""
    return datetime.fromisoformat(day).isocalendar()[:2]


def asked_again(r, d, b):
    """It goes to people of a practice of whom the roll knows nothing, while there is time."""
    r.must(r.at < d.due)


def of_a_query(r, d, b):
    """It was raised or answered in this commit, or its answer is late: told once, to two."""
    letter = b["letter"]
    queries = r.beside[d.ref].queries
    late = [one for one in queries if one["open"] and not one["told"] and one["due"] <= r.at]
    if letter == "query_overdue" and late:
        late[0]["told"] = True
        r.lay(d, letter, 1)
        r.lay(d, letter, 2)
    r.must(any(r.debts.pop((letter, d.ref, n), None) is not None for n in (1, 2)))


OF_OTHERS = {
    "reminder": reminder,
    "silent_practices": ring,
    "quorum_at_risk": ring,
    "reply_received": reply_received,
    "asked_again": asked_again,
}


# --- the allowance's account


def charge(r, d, word, *, spends=False):
    """An act or an outcome spends what the decision draws, or undoes it."""
    beside, money = r.beside[d.ref], d.facts.get("money_gbp") or 0
    if spends and not beside.year and money > 0 and d.facts.get("uses_management_allowance"):
        day = r.cal(d.calendar).day(r.at)
        first = day.year - (day.month < 4)
        beside.year, beside.charged = f"{first}/{(first + 1) % 100:02}", True
        r.lay(d, "allowance.charged", f"{beside.year}: {money}")
    elif beside.year and word in UNDOES:
        r.lay(d, "allowance.reversed", f"{beside.year}: {word}")
        beside.year = ""


def on_body_acted(r, d, b, rule=words_of("body_acted")):
    base("body_acted", r, d, b)
    charge(r, d, b["result"], spends=b["result"] == "approved")


def on_outcome_declared(r, d, b, rule=words_of("outcome_declared")):
    not_reached(r, d, b)
    base("outcome_declared", r, d, b)
    ended = "deadline" not in d.here and not d.moves("approve")
    charge(r, d, b["result"], spends=b["result"] == "carried" and ended)


def on_revote_ordered(r, d, b, rule=words_of("revote_ordered")):
    base("revote_ordered", r, d, b)
    charge(r, d, "revote")


def on_allowance_charged(r, d, b, rule="an act or outcome asks for this sum and year"):
    people, money = b.get("patients") or 0, b.get("money_gbp")
    owed = (r.kind, d.ref, f"{b['year']}: {money or b['because']}")
    r.must(r.debts.pop(owed, None) is not None)
    each = (2 * 10**6 * money + people) // (2 * people) if money and people else None
    r.charging = True
    r.same(per_head=each if each and each <= 1 << 53 else None)


on_allowance_reversed = on_allowance_charged


def trail_allowance_set(r, b):
    pence = b.get("per_head_pence")
    if pence is not None:
        r.same(pounds=(2 * pence * b["patients"] + 100) // 200)


def on_allowance_queried(r, d, b, rule="charged; no query open; calendar published"):
    beside, due = r.beside[d.ref], r.cal(b["calendar"]).after(r.at, 10)
    unanswered = any(one["open"] for one in beside.queries)
    r.must(beside.charged, not unanswered, b["calendar"] in r.published)
    r.same(query=len(beside.queries) + 1, due_at=due)
    r.lay(d, "query_raised", 1)
    beside.queries.append({"due": due, "role": b["role"], "open": True, "told": False})


def on_allowance_answered(r, d, b, rule="the query is open"):
    one = r.beside[d.ref].queries[b["query"] - 1]
    r.must(one["open"])
    one["open"] = False
    r.lay(d, "query_answered", 1)
    if one["role"] != "committee":
        r.lay(d, "query_answered", 2)


Further.rules = {**vars(verify), **globals()}


def examine(*given, **more) -> verify.Report:
    """What verify.py makes of a bundle, and this file; all arguments are paths."""
    return verify.examine(*given, **more, rules=Further, left="")


def main(argv=None) -> int:
    """Run from the command line; the exit code."""
    return verify.main(argv, Further, "", __doc__)


if __name__ == "__main__":
    sys.exit(main())
