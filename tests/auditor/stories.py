"""Decisions played without a fault, each instant as the published page's rules give it."""

from tests.auditor.trails import CALENDAR, Trail, plain, sha

MEMBERS = {"member_election_or_meeting_rules": True, "localities_touched": "all"}
ASKED = (
    "Does it choose people or change who may vote, which practices vote on, or only arrange "
    "meetings, on which they are consulted or told?"
)
UP = ("lead", "manager", "")  # how far each of three reminders goes up
VOTING = ["11-12 09:00", "11-16 09:00", "11-18 09:00"]


def counted(yes: int, no: int, abstain: int, on_roll: int = 5) -> dict[str, object]:
    """A count of one practice, one vote, by 50 % and 50 %."""
    returned, cast = yes + no + abstain, yes + no
    return {
        "for": yes, "against": no, "abstain": abstain, "returned": returned, "votes_cast": cast,
        "on_roll": on_roll, "base": "votes cast",
        "options": {"for": yes, "against": no, "abstain": abstain},
        "quorum": {"base": "practices", "more_than": False, "needed_percent": 50, "of": on_roll,
                   "reached": returned, "met": 2 * returned >= on_roll},
        "threshold": {"base": "votes cast", "more_than": True, "needed_percent": 50, "of": cast,
                      "reached": yes, "met": 2 * yes > cast},
    }  # fmt: skip


def vote() -> Trail:
    """The quality premium: practices comment, then vote, then the committee approves."""
    t = Trail()
    involve = ["lmc", "non_gp_majority_committee", "patients_and_public"]
    told = {"level": "high", "route": "vote", "fired": ["quality_premium"], "ask": False,
            "involve": involve, "asks": []}  # fmt: skip
    t.open(
        {"quality_premium": True, "localities_touched": "all"}, "consulting", "11-09 17:00",
        "consultation_opened", ["11-05 09:00"], route="vote", name="vote_then_committee", told=told,
    )  # fmt: skip
    t.at("11-03 10:00")
    t.comment("P01", "consulting")
    t.at("11-05 09:00")
    t.mail("reminder", ["P02", "P03", "P04", "P05"])
    t.settle()
    t.at("11-09 17:00")
    t.close("consulting", "11-09 17:00", {"answered": 1, "on_roll": 5})
    t.state("voting", "11-18 17:00", VOTING, 1)
    t.mail("vote_opened")
    t.settle()
    t.at("11-10 10:00")
    t.vote("P01", "for")
    t.vote("P02", "against")
    t.vote("P02", "for", "vote.changed")
    t.vote("P03", "against")
    t.at("11-12 09:00")
    t.mail("reminder", ["P04", "P05"], rung="lead")
    t.settle()
    t.at("11-13 10:00")
    t.vote("P04", "abstain")
    for morning, rung in zip(VOTING[1:], UP[1:], strict=True):
        t.at(morning)
        t.mail("reminder", ["P05"], rung=rung)
        t.settle()
    t.at("11-18 17:00")
    count = counted(2, 1, 1)
    t.close("voting", "11-18 17:00", count, 1, question="main")
    t.tell("outcome.declared", state="carried", result="carried", count=count, sentences=[])
    t.state("carried", "11-25 17:00", [], 1)
    t.mail("outcome")
    t.mail("step_due", role="committee")
    t.settle()
    t.at("11-19 10:00")
    t.tell("lmc.recorded", {"view": "Good."})
    t.at("11-20 10:00")
    t.tell(
        "body.acted", {"record": "Minute 1", "reason": "Because."}, body="non_gp_majority_committee",
        result="approved", state="approved", agreed=[], votes={"for": 4, "against": 1},
    )  # fmt: skip
    t.mail("acted")
    t.settle()
    return t


def called_in() -> Trail:
    """Housekeeping that one practice of five calls in, and that a statement concludes."""
    t = Trail()
    told = {"level": "low", "route": "inform", "fired": ["housekeeping_noticed"], "ask": False,
            "involve": [], "asks": []}  # fmt: skip
    t.open(
        {"operational_only": True, "localities_touched": "all"}, "informing", "11-09 17:00",
        "notice", route="inform", name="inform", told=told,
    )  # fmt: skip
    t.at("11-03 10:00")
    t.tell("call_in.requested", {"text": "Ask all.", "by": t.by("P01")}, practice="P01")
    t.road("consult", "consult")
    mornings = ["11-10 09:00", "11-13 09:00", "11-17 09:00"]
    t.state("consulting", "11-17 17:00", mornings)
    t.mail("consultation_opened")
    t.mail("receipt", ["P01"])
    t.settle()
    t.at("11-04 10:00")
    comment = t.comment("P02", "consulting")
    t.at("11-05 10:00")
    t.tell("call_in.requested", {"text": "Ask more.", "by": t.by("P02")}, practice="P02")
    t.mail("receipt", ["P02"])
    t.settle()
    for morning, rung in zip(mornings, UP, strict=True):
        t.at(morning)
        t.mail("reminder", ["P01", "P03", "P04", "P05"], rung=rung)
        t.settle()
    t.at("11-17 17:00")
    t.close("consulting", "11-17 17:00", {"answered": 1, "on_roll": 5})
    t.state("concluding", "11-24 17:00")
    t.mail("step_due", role="secretary")
    t.settle()
    t.at("11-19 10:00")
    t.tell("comment.answered", {"text": "Yes."}, comment=comment, practice="P02",
           disposition="accepted")  # fmt: skip
    t.tell("outcome.declared", {"statement": "What we decided."}, state="concluded",
           result="concluded", sentences=[])  # fmt: skip
    t.mail("outcome")
    t.settle()
    return t


def challenged() -> Trail:
    """The same, challenged: a lay person lets it stand."""
    t = called_in()
    t.at("11-20 10:00")
    t.tell("challenge.raised", {"text": "Too short.", "by": t.by("P03")}, practice="P03")
    t.road("dispute", "consult")
    t.state("mediating", "11-27 17:00")
    t.mail("challenged")
    t.mail("step_due", role="lmc")
    t.mail("receipt", ["P03"])
    t.settle()
    t.at("11-27 17:00")
    t.close("mediating", "11-27 17:00", {"answered": 1, "on_roll": 5})
    t.state("deciding", "12-11 17:00")
    t.mail("step_due", role="lay_chair")
    t.settle()
    t.at("12-01 10:00")
    t.tell("body.acted", {"record": "Heard."}, body="lay_chair", result="upheld", state="upheld")
    t.tell("outcome.declared", state="upheld", result="upheld", sentences=[])
    t.mail("outcome")
    t.settle()
    return t


def inquorate() -> Trail:
    """Too few answers: extended by itself, by staff, then held once more, and carried."""
    t = Trail()
    told = {"level": "moderate", "route": "vote", "fired": ["election"], "ask": True,
            "involve": [], "asks": [ASKED]}  # fmt: skip
    t.open(MEMBERS, "consulting", "11-09 17:00", "consultation_opened", ["11-05 09:00"],
           route="vote", name="member_vote", told=told)  # fmt: skip
    everyone, rest = ["P01", "P02", "P03", "P04", "P05"], ["P02", "P03", "P04", "P05"]
    t.at("11-05 09:00")
    t.mail("reminder", everyone)
    t.settle()
    t.at("11-09 17:00")
    t.close("consulting", "11-09 17:00", {"answered": 0, "on_roll": 5})
    t.state("voting", "11-18 17:00", VOTING, 1)
    t.mail("vote_opened")
    t.settle()
    t.at("11-10 10:00")
    t.vote("P01", "for")
    for morning, rung in zip(VOTING, UP, strict=True):
        t.at(morning)
        t.mail("reminder", rest, rung=rung)
        t.settle()
    t.at("11-18 17:00")
    t.tell("deadline.extended", name="close", phase="voting", was="2026-11-18T17:00:00.000000Z",
           working_days=5, automatic=True, because="", returned=1, on_roll=5)  # fmt: skip
    t.due("close", "voting", "11-25 17:00", ["11-20 09:00", "11-23 09:00", "11-25 09:00"])
    t.mail("extended")
    t.settle()
    t.at("11-19 10:00")
    t.tell(
        "act.proposed", {"reason": "Post."}, act="extend", terms={"days": 2}, person_hash="a" * 64
    )
    t.at("11-19 11:00")
    t.tell("deadline.extended", name="close", phase="voting", was="2026-11-25T17:00:00.000000Z",
           working_days=2, automatic=False, because="", returned=1, on_roll=5,
           person_hash="b" * 64)  # fmt: skip
    t.due("close", "voting", "11-27 17:00", ["11-25 09:00"])
    t.mail("extended")
    t.settle()
    t.at("11-25 09:00")
    t.mail("reminder", rest, rung="manager")
    t.settle()
    t.at("11-27 17:00")
    count = counted(1, 0, 0)
    t.close("voting", "11-27 17:00", count, 1, question="main")
    t.tell("outcome.declared", state="inquorate", result="inquorate", count=count, sentences=[])
    t.mail("outcome")
    t.mail("step_due", role="chair")
    t.settle()
    t.at("11-30 10:00")
    t.tell("revote.ordered", {"reason": "The post was down."}, after="inquorate")
    t.state("voting", "12-09 17:00", ["12-03 09:00", "12-07 09:00", "12-09 09:00"], 2)
    t.mail("vote_opened")
    t.settle()
    t.at("12-01 10:00")
    for practice in everyone:
        t.vote(practice, "for", round=2)
    t.at("12-09 17:00")
    count = counted(5, 0, 0)
    t.close("voting", "12-09 17:00", count, 2, question="main")
    t.tell("outcome.declared", state="carried", result="carried", count=count, sentences=[])
    t.mail("outcome")
    t.settle()
    return t


def election() -> Trail:
    """Three candidates for one seat; an interest keeps one practice from voting."""
    t = Trail()
    told = {"level": "moderate", "route": "vote", "fired": ["election"], "ask": True,
            "involve": [], "asks": [ASKED]}  # fmt: skip
    names = ["candidate_1", "candidate_2", "candidate_3", "abstain"]
    t.open(MEMBERS, "announcing", "11-05 17:00", "notice", route="vote", name="election",
           told=told, ballot={"main": names})  # fmt: skip
    t.at("11-03 10:00")
    t.tell("interest.declared", {"text": "Kin."}, practice="P05", kind="personal")
    t.at("11-03 11:00")
    t.tell("act.proposed", {"reason": "Kin."}, act="rule-interest", terms={}, person_hash="a" * 64)
    t.at("11-03 12:00")
    t.tell("interest.ruled", {"reason": "Kin."}, practice="P05", ruling="no_vote",
           person_hash="b" * 64)  # fmt: skip
    t.mail("ruled", ["P05"])
    t.settle()
    t.at("11-05 17:00")
    t.close("announcing", "11-05 17:00", {"answered": 0, "on_roll": 5})
    mornings = ["11-10 09:00", "11-12 09:00", "11-16 09:00"]
    t.state("voting", "11-16 17:00", mornings, 1)
    t.mail("vote_opened")
    t.settle()
    t.at("11-09 10:00")
    meeting = {"held_on": "2026-11-09", "meeting": "M1", "attended": ["P01", "P02"]}
    t.tell("meeting.recorded", {"place": "Hall"}, **meeting)
    t.vote("P01", "candidate_1", meeting="M1")
    t.at("11-09 11:00")
    for practice, name in (("P02", "candidate_2"), ("P03", "candidate_1"), ("P04", "abstain")):
        t.vote(practice, name)
    t.at("11-16 17:00")
    count = {
        "abstain": 1, "on_roll": 4, "returned": 4, "votes_cast": 3, "seats": 1, "tied": [],
        "unopposed": False,
        "options": {"candidate_1": 2, "candidate_2": 1, "candidate_3": 0, "abstain": 1},
        "elected": ["candidate_1"],
        "quorum": {"base": "practices", "more_than": False, "needed_percent": 50, "of": 4,
                   "reached": 4, "met": True},
    }  # fmt: skip
    t.close("voting", "11-16 17:00", count, 1, question="main")
    t.tell("outcome.declared", state="elected", result="elected", count=count, sentences=[])
    t.mail("outcome")
    t.settle()
    return t


def _weighted() -> dict[str, object]:
    vote = {
        "quorum": {"of": "weight", "percent": 50},
        "carried": {"of": "weight", "more_than_percent": 20},
        "weight": {"patients": 2000, "rounding": "half_up"},
        "also": [{"of": "patients", "more_than_percent": 50}],
        "each_area": {"carried": True, "quorum_percent": 30},
    }
    states = {
        "voting": {"title": "V", "open_for": "votes", "letters": ["vote_opened"],
                   "deadline": {"name": "close", "after": "3 working days"}},
        "carried": {"title": "C", "letters": ["outcome"], "result": "carried"},
        "not_carried": {"title": "N", "letters": ["outcome"], "result": "not_carried"},
    }  # fmt: skip
    moves = [{"on": "close", "from": "voting", "to": "carried", "when": ["quorate", "carried"]},
             {"on": "close", "from": "voting", "to": "not_carried"}]  # fmt: skip
    return {"workflow": {"name": "member_vote", "start": "voting"}, "vote": vote,
            "states": states, "moves": moves}  # fmt: skip


def _held(reached: int, of: int, need: int, *, more: bool, base: str = "votes held") -> object:
    met = reached * 100 > need * of if more else reached * 100 >= need * of
    return {"base": base, "more_than": more, "needed_percent": need, "of": of, "reached": reached,
            "met": met}  # fmt: skip


def _group(yes: int, no: int, none: int, of: int, practices: tuple[int, ...]) -> dict[str, object]:
    votes = {"for": yes, "against": no, "abstain": none}
    told = dict(zip(("for", "against", "abstain", "on_roll"), practices, strict=True))
    on_roll = told.pop("on_roll")
    returned = yes + no + none
    return {
        **votes, "returned": sum(told.values()), "on_roll": on_roll, "votes_cast": yes + no,
        "practices": told, "weights": {**votes, "returned": returned, "on_roll": of},
        "threshold": _held(yes, of, 20, more=True),
    }  # fmt: skip


def weighted() -> Trail:
    """Two questions, votes by list size (1, 4, 5, 2 and 1 of 13), each area for itself."""
    t = Trail()
    told = {"level": "moderate", "route": "vote", "fired": ["election"], "ask": True,
            "involve": [], "asks": [ASKED]}  # fmt: skip
    options = ["for", "against", "abstain"]
    t.open(MEMBERS, "voting", "11-05 17:00", "vote_opened", route="vote", name="member_vote",
           told=told, flows={"member_vote": _weighted()}, round_=1,
           ballot={"one": options, "two": options})  # fmt: skip
    t.at("11-03 10:00")
    for n, choice in enumerate(("for", "for", "for", "against", "for"), 1):
        t.vote(f"P0{n}", choice, question="one")
        t.vote(f"P0{n}", "abstain" if n == 4 else "for", question="two")
    t.at("11-05 17:00")
    one = _group(11, 2, 0, 13, (4, 1, 0, 5))
    two = _group(11, 0, 2, 13, (4, 0, 1, 5))
    counts = {}
    for name, count, patients, of, south in (
        ("one", one, 19500, 23499, _group(5, 2, 0, 7, (1, 1, 0, 2))),
        ("two", two, 19500, 19500, _group(5, 0, 2, 7, (1, 0, 1, 2))),
    ):
        areas = [("East", _group(1, 0, 0, 1, (1, 0, 0, 1)), 1),
                 ("North", _group(5, 0, 0, 5, (2, 0, 0, 2)), 5), ("South", south, 7)]  # fmt: skip
        counts[name] = {
            **count, "base": "votes held",
            "options": {option: count[option] for option in options},
            "quorum": _held(13, 13, 50, more=False),
            "also": [_held(patients, of, 50, more=True,
                           base="patients of practices voting for or against")],
            "areas": [{**area, "area": name, "met": True, "quorum": _held(n, n, 30, more=False)}
                      for name, area, n in areas],
        }  # fmt: skip
        t.close("voting", "11-05 17:00", counts[name], 1, question=name)
    t.tell("outcome.declared", state="carried", result="carried", sentences=[],
           count={**counts["one"], "questions": counts})  # fmt: skip
    t.mail("outcome")
    t.settle()
    return t


def urgent() -> Trail:
    """What cannot wait: three agree, and the governing body ratifies."""
    t = Trail()
    told = {"level": "high", "route": "committee", "ask": False, "asks": [],
            "fired": ["urgent_everywhere", "scrutiny", "nhs_england_hospital"],
            "involve": ["non_gp_majority_committee", "local_authority_scrutiny", "nhs_england"]}  # fmt: skip
    facts = {"urgent": True, "service_change_for_patients": True, "localities_touched": "all"}
    t.open(facts, "deciding", "11-04 17:00", "step_due", route="committee", name="urgent_powers",
           told=told, role="chair", deadline="agree_by")  # fmt: skip
    t.at("11-03 10:00")
    three = ["chair", "accountable_officer", "lay_chair"]
    t.tell("body.acted", {"record": "By telephone."}, body="urgent_powers", result="approved",
           state="in_force", agreed=three)  # fmt: skip
    t.tell("outcome.declared", state="in_force", result="concluded", sentences=[])
    t.state("in_force", "12-01 17:00")
    t.mail("outcome")
    t.mail("step_due", role="governing_body")
    t.settle()
    t.at("11-16 10:00")
    t.tell("body.acted", {"record": "Minute 2"}, body="governing_body", result="ratified",
           state="ratified", agreed=[], votes={"for": 9, "against": 1})  # fmt: skip
    t.mail("acted")
    t.settle()
    return t


def held_up() -> Trail:
    """A vote is challenged before the committee has acted, stands, and the committee's time runs anew."""
    t = vote()
    spot = t.leaves.index(t.find("lmc.recorded"))
    t.leaves = t.leaves[:spot]
    t.at("11-20 10:00")
    t.tell("challenge.raised", {"text": "Too short.", "by": t.by("P03")}, practice="P03")
    t.road("dispute", "vote")
    t.state("mediating", "11-27 17:00", [], 1)
    t.mail("challenged")
    t.mail("step_due", role="lmc")
    t.mail("receipt", ["P03"])
    t.settle()
    t.at("11-24 10:00")
    t.tell("body.acted", {"record": "Settled."}, body="lmc", result="upheld", state="carried")
    t.road("vote_then_committee", "vote")
    t.state("carried", "12-01 17:00", [], 1)
    t.mail("outcome")
    t.mail("step_due", role="committee")
    t.settle()
    return t


def run_off() -> Trail:
    """Two candidates tie; a run-off between them."""
    t = election()
    for leaf in t.leaves:
        if leaf.secrets.get("choice") == "candidate_2":
            leaf.secrets["choice"] = "candidate_1"
        elif (leaf.body.get("practice") == "P03" and leaf.kind == "vote.cast") or leaf.secrets.get(
            "choice"
        ) == "abstain":
            leaf.secrets["choice"] = "candidate_3"
        elif "elected" in str(leaf.body.get("count")):
            options = {"candidate_1": 2, "candidate_2": 0, "candidate_3": 2, "abstain": 0}
            tied = ["candidate_1", "candidate_3"]
            leaf.body["count"] = {**leaf.body["count"], "options": options, "abstain": 0,
                                  "votes_cast": 4, "elected": [], "tied": tied}  # fmt: skip
    t.find("outcome.declared").body.update(state="tied", result="not_carried")
    t.leaves = t.leaves[: t.leaves.index(t.find("outcome.declared")) + 1]
    t.mail("outcome")
    t.mail("step_due", role="chair")
    t.settle()
    t.at("11-17 10:00")
    t.tell("revote.ordered", {"reason": "A tie."}, after="tied")
    t.tell("ballot.changed", ballot={"main": ["candidate_1", "candidate_3", "abstain"]},
           because="tied")  # fmt: skip
    t.state("voting", "11-26 17:00", ["11-20 09:00", "11-24 09:00", "11-26 09:00"], 2)
    t.mail("vote_opened")
    t.settle()
    return t


def moved() -> Trail:
    """A holiday is added: one running deadline moves; the route is raised by staff."""
    t = called_in()
    spot = t.leaves.index(t.find("call_in.requested"))
    t.leaves = t.leaves[:spot]
    t.at("11-03 10:00")
    later = {**CALENDAR, "holidays": ["2026-11-06", *CALENDAR["holidays"]]}
    digest = t.publish("calendar", later)
    t.add("calendar.published", region="england", digest=digest)
    t.tell("deadline.recomputed", {"reason": "A holiday."}, name="final", phase="informing",
           was="2026-11-09T17:00:00.000000Z", due_at="2026-11-10T17:00:00.000000Z",
           calendar=digest, remind=[])  # fmt: skip
    t.mail("extended")
    t.settle()
    t.at("11-04 10:00")
    t.tell("override", {"reason": "Ask them."}, was="inform", route="consult", lower=False)
    t.road("consult", "consult")
    t.state("consulting", "11-19 17:00", ["11-12 09:00", "11-17 09:00", "11-19 09:00"])
    t.mail("consultation_opened")
    t.settle()
    return t


def account() -> Trail:
    """The allowance pays: charged as the committee approves, queried, told as overdue, answered."""
    t = Trail()
    told = {"level": "moderate", "route": "committee", "fired": ["allowance"], "ask": False,
            "involve": ["management_allowance_committee"], "asks": []}  # fmt: skip
    facts = {"uses_management_allowance": True, "money_gbp": 24000, "localities_touched": "all"}
    t.open(facts, "hearing", "11-09 17:00", "consultation_opened", ["11-05 09:00"],
           route="committee", name="allowance_committee", told=told, lmc=True,
           deadline="hearing_ends")  # fmt: skip
    daily = t.add("mail.intent", letter="checkpoint", audience=to_committee(), count=1)
    t.letters.append((daily, "", "member"))
    t.at("11-05 09:00")
    t.mail("reminder")
    t.settle()
    t.at("11-09 17:00")
    t.close("hearing", "11-09 17:00", {"answered": 0, "on_roll": 5}, deadline="hearing_ends")
    t.state("deciding", "11-16 17:00")
    t.mail("step_due", role="committee")
    t.settle()
    t.at("11-10 10:00")
    t.tell("body.acted", {"record": "Minute 3"}, body="management_allowance_committee",
           result="approved", state="approved", agreed=[])  # fmt: skip
    t.tell("outcome.declared", state="approved", result="concluded", sentences=[])
    t.mail("outcome")
    t.tell("allowance.charged", year="2026/27", money_gbp=24000, patients=7, unknown=[],
           per_head=3428571429)  # fmt: skip
    t.settle()
    t.at("11-11 10:00")
    calendar = t.find("calendar.published").body["digest"]
    t.tell("allowance.queried", {"text": "Why?"}, query=1, role="lay_chair", calendar=calendar,
           due_at="2026-11-25T17:00:00.000000Z")  # fmt: skip
    t.mail("query_raised", role="accountable_officer")
    t.settle()
    t.at("11-25 17:00")
    t.mail("query_overdue", role="lay_chair")
    t.mail("query_overdue", role="accountable_officer")
    t.settle()
    t.at("11-26 10:00")
    t.tell("allowance.answered", {"text": "So."}, query=1, role="chair")
    t.mail("query_answered", role="committee")
    t.mail("query_answered", role="lay_chair")
    t.settle()
    return t


def to_committee() -> str:
    return sha(plain({"practices": [], "role": "committee"})).hex()


STORIES = (
    vote, called_in, challenged, inquorate, election, weighted, urgent, held_up, run_off, moved, account
)  # fmt: skip
ALL = {story.__name__: story for story in STORIES}
