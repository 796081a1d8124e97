"""What must hold of the study in every reachable status, on every step and on every path; one line each, each with its statement."""

invariants = ()
