/* The handlers that routes.c names, and the schemas of what they read and answer; one file on_<resource>.c each. */
#ifndef BV_TOOLS_HTTPD_HANDLERS_H
#define BV_TOOLS_HTTPD_HANDLERS_H

#include "tools/httpd/route.h"

/* on_server.c */
extern const struct schema health_answer, problem_answer_schema;
void on_start_page(struct exchange *x, struct bv_sql *sql);
void on_style(struct exchange *x, struct bv_sql *sql);
void on_healthz(struct exchange *x, struct bv_sql *sql);
void on_readyz(struct exchange *x, struct bv_sql *sql);
void on_metrics(struct exchange *x, struct bv_sql *sql);
void on_openapi(struct exchange *x, struct bv_sql *sql);
void on_problem(struct exchange *x, struct bv_sql *sql);

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

/* on_entry.c */
extern const struct schema entry_body, entry_answer;
void on_entry(struct exchange *x, struct bv_sql *sql);

/* on_paper.c */
extern const struct schema answers_answer, result_answer;
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
extern const struct schema keys_answer, verify_request, verify_answer, lang_query[];
void on_checkpoint(struct exchange *x, struct bv_sql *sql);
void on_keys(struct exchange *x, struct bv_sql *sql);
void on_verify(struct exchange *x, struct bv_sql *sql);
void on_verify_page(struct exchange *x, struct bv_sql *sql);
void on_verify_form(struct exchange *x, struct bv_sql *sql);

/* on_act.c: what staff does */
extern const struct schema attempt_act_body, sitting_act_body;
extern const struct later staff_later;
void on_attempt_act(struct exchange *x, struct bv_sql *sql);
void on_sitting_act(struct exchange *x, struct bv_sql *sql);

#endif
