"""The functions behind the table of tolerances: each makes two equal spellings one."""
