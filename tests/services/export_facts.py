"""Leaves, a run, cases, visits and changes of the township of the export tests."""

FACTS = """
INSERT INTO leave (township_id, id, number, student_id, school_id, class_id, kind, from_day,
                   from_session, to_day, to_session, from_at, to_at, asked_by, asked_how,
                   reason, state, entered_by, entered_at, decided_by, decided_at,
                   alone_until, closed_at, extends_id, evidence) VALUES
 (990101100, 1, '2026-0007', 1, 1, 31, 'sick', '2026-11-06', 'pm', '2026-11-09', 'am',
  '2026-11-06 14:00+08', '2026-11-09 11:40+08', '赵大山（父亲）', 'phone', '=发热', 'closed', 1,
  '2026-11-06 07:30+08', 1, '2026-11-06 07:40+08', '2026-11-09 11:40+08',
  '2026-11-09 13:55+08', NULL, '医院证明'),
 (990101100, 2, '2026-0012', 2, 1, 31, 'personal', '2026-11-30', 'am', '2026-11-30', 'pm',
  '2026-11-30 08:00+08', '2026-11-30 17:00+08', '李梅', 'written', '', 'waiting', 1,
  '2026-11-20 07:30+08', NULL, NULL, '2026-11-30 17:00+08', NULL, 1, '');
INSERT INTO absence (township_id, id, student_id, school_id, class_id, missed_day,
                     missed_session, missed_at, noted_at, due_at, raw_due_at, clock_mode,
                     provisional, calendar_version) VALUES
 (990101100, 1, 3, 1, 71, '2026-11-16', 'am', '2026-11-16 08:00+08', '2026-11-16 08:20+08',
  '2026-11-18 08:30+08', '2026-11-18 08:00+08', 'clock_next_roll', false, 1);
INSERT INTO dropout_case (township_id, id, number, student_id, school_id, class_id,
                          absence_id, state, opened_at, returned_at, closed_at, close_reason)
VALUES
 (990101100, 1, '2026-001', 3, 1, 71, 1, 'reported', '2026-11-18 08:30+08', NULL, NULL, NULL),
 (990101100, 2, '2026-000', 2, 1, 31, NULL, 'closed', '2026-03-18 08:30+08',
  '2026-04-01 08:00+08', '2026-08-31 23:59+08', '返校稳定');
INSERT INTO contact (township_id, student_id, school_id, class_id, absence_id, school_year,
                     number, contacted_at, method, spoken_to, outcome, whereabouts, cause,
                     note, entered_by, entered_at) VALUES
 (990101100, 3, 1, 71, 1, 2026, 1, '2026-11-16 09:00+08', 'phone', '冯老根', 'reached',
  'with_parents', 'learning', '', 1, '2026-11-16 09:05+08');
INSERT INTO visit (township_id, id, student_id, school_id, class_id, absence_id, case_id,
                   school_year, number, version, visited_at, method, met, cause, cause_note,
                   whereabouts, whereabouts_note, state_of_mind, guardian_opinion, result,
                   promised_on, missing_members, correction_reason, entered_by, entered_at)
VALUES
 (990101100, 1, 3, 1, 71, 1, NULL, 2026, 1, 1, '2026-11-17 16:00+08', 'home', 'neighbour', '',
  '邻居称外出', '', '', '', '', 'nobody_home', NULL, '', '', 1, '2026-11-17 17:00+08'),
 (990101100, 2, 3, 1, 71, 1, 1, 2026, 2, 1, '2026-11-19 16:50+08', 'home', '{met}',
  'work', '', 'working', '', '不愿上学', '同意劝说', 'promised', '2026-11-24', '', '', 1,
  '2026-11-19 17:00+08'),
 (990101100, 3, 3, 1, 71, 1, 1, 2026, 2, 2, '2026-11-19 16:30+08', 'home', '{met}',
  'work', '时间写错', 'working', '未报警', '不愿上学', '同意劝说', 'promised', '2026-11-25',
  '报班领导出差', '时间', 1, '2026-11-20 08:00+08');
INSERT INTO visit_member (township_id, visit_id, ordinal, name, role) VALUES
 (990101100, 1, 1, '李秀英', 'class_teacher'), (990101100, 3, 1, '李秀英', 'class_teacher'),
 (990101100, 3, 2, '张明', 'village_cadre');
INSERT INTO paper (township_id, kind, school_id, student_id, case_id, state, number, title,
                   made_at, signed_at) VALUES
 (990101100, 'report', 1, 3, 1, 'signed', '青九校报〔2026〕3号', '报告', '2026-11-18 08:30+08',
  '2026-11-18 10:00+08'),
 (990101100, 'return_notice', 1, 3, 1, 'to_sign', NULL, '通知', '2026-11-20 08:30+08', NULL);
UPDATE student SET hukou_code = '990101100201' WHERE id = 3;
INSERT INTO change (township_id, student_id, school_id, class_id, to_class_id, kind, state,
                    happened_on, other_school_id, other_school, in_township, reason, proofs,
                    evidence, entered_by, entered_at) VALUES
 (990101100, 3, 1, 71, NULL, 'transfer_out', 'pending', '2026-11-02', NULL, '外省学校', false,
  '随父母', '{receiving_certificate,national_screenshot}', '存档', 1, '2026-11-02 09:00+08'),
 (990101100, 2, 1, 31, NULL, 'transfer_in', 'verified', '2026-09-01', 2, NULL, true, '',
  '{}', '', 1, '2026-09-01 09:00+08'),
 (990101100, 1, 1, 31, 71, 'class_move', 'verified', '2027-02-01', NULL, NULL, true, '', '{}',
  '', 1, '2026-09-03 09:00+08'),
 (990101100, 4, 2, 32, NULL, 'suspension', 'rejected', '2026-10-08', NULL, NULL, false, '',
  '{}', '', 1, '2026-10-08 09:00+08'),
 (990101100, 4, 2, 32, NULL, 'transfer_in', 'verified', '2026-08-31', NULL, '镇外校', false, '',
  '{}', '', 1, '2026-08-31 09:00+08')
"""
