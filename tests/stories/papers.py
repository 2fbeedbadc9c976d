"""The decisions that the tales are about, as a secretary's files."""

A_NOTICE = """
title = "New dates for the locality meetings"
summary = "The meetings move to the first Tuesday of the month."
[facts]
operational_only = true
localities_touched = "all"
"""

A_CONSULTATION = """
title = "Moving the ear clinic to the county hospital"
summary = "The clinic would move in April."
[facts]
service_change_for_patients = true
localities_touched = "all"
"""

A_CONSULTATION_FOR_THE_LMC_TOO = """
title = "Moving the blood tests into practices"
summary = "Practices would take the blood."
[facts]
service_change_for_patients = true
affects_practice_workload = true
localities_touched = "all"
"""

A_VOTE = """
title = "How practices meet"
summary = "Practices would meet by video every other month."
[facts]
member_election_or_meeting_rules = true
localities_touched = "all"
"""

A_VOTE_ON_INCOME = """
title = "Diabetes local enhanced service"
summary = "Practices would be paid for each foot check."
[facts]
affects_practice_income = true
changes_contract_or_les = true
localities_touched = "all"
"""

A_VOTE_WITH_ITS_OWN_QUESTION = (
    A_VOTE
    + """
[[questions]]
id = "by_video"
text = "Should practices meet by video every other month?"
"""
)

A_LOCAL_VOTE = """
title = "How the Royal Parks practices meet"
summary = "For the practices of one locality."
localities = ["ROYAL PARKS PCN"]
[facts]
member_election_or_meeting_rules = true
localities_touched = "one"
"""

IN_THE_ROYAL_PARKS = ["K83003", "K83008"]

A_PAPER_IN_DOUBT = """
title = "A form for every referral"
summary = "Practices would fill in one page more."
[facts]
affects_practice_workload = true
"""

A_CONSTITUTION = """
title = "A larger governing body"
summary = "Two more seats."
[facts]
constitution_change = true
"""

A_BALLOT_OF_TWO = (
    A_VOTE
    + """
[[questions]]
id = "merger"
text = "Should the group merge with its neighbours?"

[[questions]]
id = "constitution"
text = "Should the new constitution be adopted?"
"""
)

AN_ELECTION = 'candidates = ["Dr Anna Lee", "Dr Zo\u00eb O\'Brien"]' + A_VOTE

URGENT = """
title = "A room for the blood tests"
summary = "The practice next door would take them over."
urgent_reason = "The lease ends on Friday."
[facts]
urgent = true
service_change_for_patients = true
localities_touched = "one"
"""
