"""Carries a study out: plans its runs, hands them to workers, keeps what they bring."""
