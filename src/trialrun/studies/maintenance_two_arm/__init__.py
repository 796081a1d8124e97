"""An invented example, not a real study: chemotherapy with or without maintenance, two arms, as plain values. Every number is assumed."""
