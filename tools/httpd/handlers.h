/* The handlers that routes.c names, and the schemas of what they read and answer; one file on_<resource>.c each. */
#ifndef BV_TOOLS_HTTPD_HANDLERS_H
#define BV_TOOLS_HTTPD_HANDLERS_H

#include "tools/httpd/route.h"

/* on_server.c */
extern const struct schema health_answer, problem_answer_schema;
void on_healthz(struct exchange *x, struct bv_sql *sql);
void on_readyz(struct exchange *x, struct bv_sql *sql);
void on_metrics(struct exchange *x, struct bv_sql *sql);
void on_openapi(struct exchange *x, struct bv_sql *sql);
void on_problem(struct exchange *x, struct bv_sql *sql);

/* on_page.c: pages and their files */
void on_start_page(struct exchange *x, struct bv_sql *sql);
void on_shell(struct exchange *x, struct bv_sql *sql);
void on_asset(struct exchange *x, struct bv_sql *sql);
void on_rescue(struct exchange *x, struct bv_sql *sql);
void on_exam_worker(struct exchange *x, struct bv_sql *sql);

/* on_session.c */
extern const struct schema sign_in_body, session_answer, password_body, totp_answer, code_body;
void on_sign_in(struct exchange *x, struct bv_sql *sql);
void on_session(struct exchange *x, struct bv_sql *sql);
void on_sign_out(struct exchange *x, struct bv_sql *sql);
void on_password(struct exchange *x, struct bv_sql *sql);
void on_totp_offer(struct exchange *x, struct bv_sql *sql);
void on_totp_confirm(struct exchange *x, struct bv_sql *sql);

/* on_account.c */
extern const struct schema account_add_body, account_roles_body, account_change_body, account_answer, account_list_answer;
extern const struct schema account_list_query[];
void on_account_add(struct exchange *x, struct bv_sql *sql);
void on_account_list(struct exchange *x, struct bv_sql *sql);
void on_account(struct exchange *x, struct bv_sql *sql);
void on_account_change(struct exchange *x, struct bv_sql *sql);
void on_account_roles(struct exchange *x, struct bv_sql *sql);
void on_account_reset(struct exchange *x, struct bv_sql *sql);

/* on_attempt.c */
extern const struct schema save_body, section_body, ack_answer, key_answer, attempt_answer;
extern const struct later save_later, submit_later, attempt_later, start_later, section_later, key_later;
void on_lease(struct exchange *x, struct bv_sql *sql);

/* on_remark.c: what a candidate's page says of itself */
extern const struct schema remark_body, remark_answer;
extern const struct later remark_later;
void on_remark(struct exchange *x, struct bv_sql *sql);

/* on_entry.c */
extern const struct schema entry_body, entry_answer;
void on_entry(struct exchange *x, struct bv_sql *sql);

/* on_paper.c */
extern const struct schema paper_query[], answers_answer, result_answer;
void on_sealed(struct exchange *x, struct bv_sql *sql);
void on_paper(struct exchange *x, struct bv_sql *sql);
void on_answers(struct exchange *x, struct bv_sql *sql);
void on_result(struct exchange *x, struct bv_sql *sql);
void on_media(struct exchange *x, struct bv_sql *sql);

/* on_sitting.c: what staff sees of sittings */
extern const struct schema sittings_answer, sitting_answer, board_answer;
extern const struct schema board_query[];
void on_sittings(struct exchange *x, struct bv_sql *sql);
void on_sitting(struct exchange *x, struct bv_sql *sql);
void on_board(struct exchange *x, struct bv_sql *sql);
void on_board_stream(struct exchange *x, struct bv_sql *sql);

/* on_public.c: what everybody may ask */
extern const struct schema keys_answer, verify_request, verify_answer, lang_query[], check_element, fact_element;
extern const char *const languages[]; /* "vi", "en"; ends with NULL */
void on_checkpoint(struct exchange *x, struct bv_sql *sql);
void on_keys(struct exchange *x, struct bv_sql *sql);
void on_verify(struct exchange *x, struct bv_sql *sql);

/* on_verify.c, on_code.c, on_about.c: the pages for everybody */
extern const struct schema code_answer, code_query[];
void on_verify_page(struct exchange *x, struct bv_sql *sql);
void on_verify_form(struct exchange *x, struct bv_sql *sql);
void on_code(struct exchange *x, struct bv_sql *sql);
void on_code_form(struct exchange *x, struct bv_sql *sql);
void on_about(struct exchange *x, struct bv_sql *sql);
void on_offline(struct exchange *x, struct bv_sql *sql);
/* The form that asks for a code, with what was typed in it. */
void code_form(struct bv_buf *out, enum language language, struct bv_str typed);
/* Opens a box with the page's heading; the caller closes it ("</div>"). class is good, bad, warn or open; title and text are keys of words. */
void verdict_box(struct bv_buf *out, enum language language, const char *class, const char *mark, const char *title, const char *text);

/* on_person.c: who sits in a room, by name */
extern const struct schema persons_body, persons_answer;
extern const struct schema rescue_body, rescue_answer;
extern const struct later persons_later;
void on_appeal(struct exchange *x, struct bv_sql *sql);
extern const struct schema appeal_body, appeal_answer;
extern const struct later appeal_later;
void on_door(struct exchange *x, struct bv_sql *sql);
extern const struct schema door_answer;
void on_persons(struct exchange *x, struct bv_sql *sql);

/* on_minutes.c: the minutes of a room, as a PDF */
extern const struct schema minutes_body;
void on_minutes(struct exchange *x, struct bv_sql *sql);

/* on_photo.c: photographs of candidates */
extern const struct schema photos_answer;
void on_photos(struct exchange *x, struct bv_sql *sql);
void on_photos_import(struct exchange *x, struct bv_sql *sql);
void on_photo(struct exchange *x, struct bv_sql *sql);

/* on_roster.c: the list of candidates; on_print.c: what is printed of it */
extern const struct schema roster_body, roster_answer, sheet_body, codes_body;
void on_roster(struct exchange *x, struct bv_sql *sql);
void on_sheet(struct exchange *x, struct bv_sql *sql);
void on_codes(struct exchange *x, struct bv_sql *sql);

/* on_timeline.c: what has happened to an attempt */
extern const struct schema timeline_answer;
void on_timeline(struct exchange *x, struct bv_sql *sql);

/* on_seb.c: Safe Exam Browser */
extern const struct schema seb_page_answer, seb_proof_body, seb_proof_answer, exam_query[];
void on_seb_page(struct exchange *x, struct bv_sql *sql);
void on_seb_proof(struct exchange *x, struct bv_sql *sql);
void on_seb_quit(struct exchange *x, struct bv_sql *sql);
void on_seb_file(struct exchange *x, struct bv_sql *sql);

/* on_review.c: the life of items; on_import.c, on_chart.c, on_use.c */
extern const struct schema bank_life_query[];
extern const struct schema bank_life_answer, bank_act_body, bank_act_answer, bank_remark_body, bank_queue_answer, bank_confirm_body, bank_import_answer, bank_use_answer;
void on_bank_life(struct exchange *x, struct bv_sql *sql);
void on_bank_act(struct exchange *x, struct bv_sql *sql);
void on_bank_remark(struct exchange *x, struct bv_sql *sql);
void on_bank_queue(struct exchange *x, struct bv_sql *sql);
void on_bank_confirm(struct exchange *x, struct bv_sql *sql);
void on_bank_import(struct exchange *x, struct bv_sql *sql);
void on_bank_chart(struct exchange *x, struct bv_sql *sql);
void on_bank_use(struct exchange *x, struct bv_sql *sql);

/* on_bank.c: the item bank; on_bank_look.c, on_bank_save.c: an item that is being written */
extern const struct schema bank_list_query[], bank_tree_query[], bank_item_query[];
extern const struct schema bank_list_answer, bank_tree_answer, bank_item_answer, bank_look_body, bank_look_answer,
	bank_save_body, bank_save_answer;
void on_bank_list(struct exchange *x, struct bv_sql *sql);
void on_bank_tree(struct exchange *x, struct bv_sql *sql);
void on_bank_item(struct exchange *x, struct bv_sql *sql);
void on_bank_media(struct exchange *x, struct bv_sql *sql);
void on_bank_look(struct exchange *x, struct bv_sql *sql);
void on_bank_save(struct exchange *x, struct bv_sql *sql);

/* on_audit.c */
extern const struct schema audit_query[], audit_answer, audit_event_answer;
void on_audit(struct exchange *x, struct bv_sql *sql);
void on_audit_event(struct exchange *x, struct bv_sql *sql);

/* on_health.c */
extern const struct schema health_state_answer;
void on_health(struct exchange *x, struct bv_sql *sql);

/* on_certificate.c, on_proposal.c: what is to be done to certificates */
extern const struct schema certificate_list_query[], certificate_list_answer, certificate_answer;
extern const struct schema proposal_list_query[], proposal_list_answer, proposal_answer, proposal_add_body, proposal_decide_body;
bool certificates_here(struct exchange *x); /* false has answered that there is no register */
void on_certificate_list(struct exchange *x, struct bv_sql *sql);
void on_certificate(struct exchange *x, struct bv_sql *sql);
void on_proposal_list(struct exchange *x, struct bv_sql *sql);
void on_proposal(struct exchange *x, struct bv_sql *sql);
void on_proposal_add(struct exchange *x, struct bv_sql *sql);
void on_proposal_decide(struct exchange *x, struct bv_sql *sql);

/* on_document.c: blueprints, rule packs, standards, plans of sittings, templates of pages */
extern const struct schema document_list_answer, document_answer, document_query[], document_body, document_approve_body, draft_body, draft_answer;
void on_document_list(struct exchange *x, struct bv_sql *sql);
void on_document(struct exchange *x, struct bv_sql *sql);
void on_document_save(struct exchange *x, struct bv_sql *sql);
void on_document_approve(struct exchange *x, struct bv_sql *sql);
void on_draft(struct exchange *x, struct bv_sql *sql);

/* on_template.c: the page of a certificate after a template that is being written */
extern const struct schema template_page_body, template_page_answer;
void on_template_page(struct exchange *x, struct bv_sql *sql);

/* on_impact.c: what another rule pack would have made of a sitting */
extern const struct schema impact_list_answer, impact_body, impact_answer;
void on_impact_list(struct exchange *x, struct bv_sql *sql);
void on_impact(struct exchange *x, struct bv_sql *sql);

/* on_competence.c: names of competences */
extern const struct schema competence_list_answer;
void on_competence_list(struct exchange *x, struct bv_sql *sql);

/* on_unit.c: units of administration */
extern const struct schema unit_list_query[], unit_list_answer, unit_answer, unit_import_body, unit_import_answer;
void on_unit_list(struct exchange *x, struct bv_sql *sql);
void on_unit(struct exchange *x, struct bv_sql *sql);
void on_unit_import(struct exchange *x, struct bv_sql *sql);

/* on_act.c: what staff does */
extern const struct schema attempt_act_body, sitting_act_body;
extern const struct later staff_later;
void on_attempt_act(struct exchange *x, struct bv_sql *sql);
void on_sitting_act(struct exchange *x, struct bv_sql *sql);

#endif
