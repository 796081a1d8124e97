"""The read-out on paper: the report, its numbered tables and figures, and the folder that holds them."""
