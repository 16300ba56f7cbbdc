"""From the words of ``--python`` and ``--workload`` to targets that can be measured."""
