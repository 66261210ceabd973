/* One row a command; each is defined in cmd_<words>.c. */
#ifndef BV_TOOLS_CLI_COMMANDS_H
#define BV_TOOLS_CLI_COMMANDS_H

#include "tools/cli/args.h"

extern const struct cmd cmd_bank_import, cmd_bank_list, cmd_bank_show, cmd_bank_media, cmd_bank_stats, cmd_bank_freeze, cmd_bank_deal, cmd_bank_open_leaf;
extern const struct cmd cmd_bank_confirm_translation, cmd_bank_convert;
extern const struct cmd cmd_bank_lifecycle, cmd_bank_submit, cmd_bank_return, cmd_bank_approve, cmd_bank_pretest, cmd_bank_release, cmd_bank_retire;
extern const struct cmd cmd_bank_withdraw, cmd_bank_revise, cmd_bank_history, cmd_audit_bank, cmd_assemble, cmd_assemble_each, cmd_assemble_items, cmd_simulate_sessions, cmd_analyse;
extern const struct cmd cmd_bank_export;
extern const struct cmd cmd_cert_disclose, cmd_cert_issue, cmd_cert_qr, cmd_cert_render, cmd_cert_show, cmd_cert_verify;
extern const struct cmd cmd_cert_approve, cmd_cert_batch, cmd_cert_correct, cmd_cert_lint, cmd_cert_publish, cmd_cert_refuse, cmd_cert_reinstate, cmd_cert_resume, cmd_cert_revoke;
extern const struct cmd cmd_cert_status, cmd_cert_stop, cmd_cert_supersede, cmd_cert_suspend, cmd_register_acts, cmd_register_export, cmd_register_init, cmd_register_update;
extern const struct cmd cmd_item_check, cmd_item_convert, cmd_item_eval, cmd_item_render, cmd_item_score;
extern const struct cmd cmd_cert_resign;
extern const struct cmd cmd_key_new, cmd_key_ceremony, cmd_key_ca, cmd_key_batch, cmd_key_list, cmd_key_publish, cmd_key_destroy, cmd_key_compromise, cmd_key_drill, cmd_key_show;
extern const struct cmd cmd_verify_page;
extern const struct cmd cmd_seb_new, cmd_seb_show;
extern const struct cmd cmd_exam_acts, cmd_audit_ledger;
extern const struct cmd cmd_calibrate, cmd_rate_marks, cmd_link, cmd_equate, cmd_cut_angoff, cmd_cut_booklet, cmd_cut_bookmark, cmd_cut_contrast, cmd_cut_impact;
extern const struct cmd cmd_draw, cmd_draw_seed, cmd_audit_draw, cmd_audit_deal, cmd_audit_leaf;
extern const struct cmd cmd_exam_run;
extern const struct cmd cmd_audit_exam;
extern const struct cmd cmd_simulate;
extern const struct cmd cmd_sitting_new, cmd_sitting_show, cmd_sitting_seen, cmd_sitting_marks, cmd_sitting_roster, cmd_sitting_codes, cmd_sitting_prepare, cmd_sitting_open, cmd_sitting_close;
extern const struct cmd cmd_sitting_score, cmd_sitting_prove, cmd_sitting_rescue, cmd_sitting_release, cmd_audit_answers, cmd_audit_scores;
extern const struct cmd cmd_log_init, cmd_log_append, cmd_log_checkpoint, cmd_log_proof, cmd_log_verify, cmd_log_monitor;
extern const struct cmd cmd_manual;
extern const struct cmd cmd_db_backup, cmd_db_restore, cmd_db_verify, cmd_db_move;
extern const struct cmd cmd_person_create, cmd_person_import, cmd_person_show, cmd_person_photo, cmd_person_export, cmd_person_log, cmd_person_quota;
extern const struct cmd cmd_person_retention, cmd_person_rekey, cmd_person_erase, cmd_person_scrub;
extern const struct cmd cmd_rate;
extern const struct cmd cmd_test_check, cmd_test_run;

#endif
