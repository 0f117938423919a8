-- lives with: 0006
-- Tables that change with every message are tidied in small portions, however large they have become: by default
-- PostgreSQL waits until a fifth of a table is new, which at ten million entries is a long night's work at once.
alter table entry set (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
alter table conversation set (autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);
