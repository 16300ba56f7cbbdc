"""The files of a run's folder that are derived from its journal: tables, figures and pages."""
