"""The secretariat's desk on a bad day and on a quiet one."""

from dataclasses import replace

from storage.phones import Ring
from workflows.phone_list import ToRing
from workflows.secretariat import Pending, SecretariatPage, UnderWay, Wants

_CLOSES = "5pm on Wednesday 25 November 2026"
BAD_DAY = SecretariatPage(
    at="9am on Tuesday 24 November 2026",
    wants=(
        Wants(
            "the mail relay is in trouble: connection refused; letters wait and go when it "
            "answers; check it, and [mail] host, port, security",
            "8.55am on Tuesday 24 November 2026",
        ),
        Wants("bank holidays are known to 2027 only: load more", ""),
    ),
    under_way=(
        UnderWay(
            reference="D-2026-0008",
            title="Hearing <b>aids</b> in the community",
            state="Practices are voting",
            due=_CLOSES,
            asks_practices=True,
            asked=69,
            answered=41,
            lost=(
                ToRing(
                    "K83002",
                    "Brackley Medical Centre",
                    (Ring("Dr Tom Reed", "lead", "01632 960321"), Ring("Ann Ode", "manager", "")),
                ),
                ToRing("K83004", "Danetre Medical Practice", ()),
            ),
        ),
        UnderWay(
            reference="D-2026-0007",
            title="Diabetes local enhanced service 2026/27",
            state="The committee has to decide",
            due="",
            asks_practices=False,
            asked=69,
            answered=60,
            lost=(),
        ),
    ),
    pending=(Pending("c7f2", "K83001", "leave", "4pm on Friday 20 November 2026"),),
)
QUIET_DAY = replace(BAD_DAY, wants=(), under_way=(), pending=())
