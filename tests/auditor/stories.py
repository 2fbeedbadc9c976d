"""Decisions played without a fault, each instant as the published page's rules give it."""

from trails import Trail

MEMBERS = {"member_election_or_meeting_rules": True, "localities_touched": "all"}
ASKED = (
    "Does it choose people or change who may vote, which practices vote on, or only arrange "
    "meetings, on which they are consulted or told?"
)
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
    t.mail("reminder", ["P04", "P05"])
    t.settle()
    t.at("11-13 10:00")
    t.vote("P04", "abstain")
    for morning in VOTING[1:]:
        t.at(morning)
        t.mail("reminder", ["P05"])
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
    for morning in mornings:
        t.at(morning)
        t.mail("reminder", ["P01", "P03", "P04", "P05"])
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
    for morning in VOTING:
        t.at(morning)
        t.mail("reminder", rest)
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
    t.mail("reminder", rest)
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


ALL = {f.__name__: f for f in (vote, called_in, challenged, inquorate, election)}
