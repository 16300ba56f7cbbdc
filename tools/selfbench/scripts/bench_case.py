"""The function for asv, with its default settings but for the time that it may take."""

from function import work


class Work:
    sample_time = 0.02
    rounds = 2
    repeat = (5, 100, 0.55)  # at least, at most, and seconds; two rounds and warm-ups are 1.5 s
    warmup_time = 0.1

    def time_work(self):
        work()
