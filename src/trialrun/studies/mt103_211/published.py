"""Published figures of the study, each with its source; recalled and unconfirmed ones say so."""

published = ()
