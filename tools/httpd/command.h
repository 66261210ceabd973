/* `bangvangd account …`: accounts from the command line, for the first one and for when nobody can sign in. */
#ifndef BV_TOOLS_HTTPD_COMMAND_H
#define BV_TOOLS_HTTPD_COMMAND_H

#include "tools/httpd/config.h"

extern const char command_help[];

/* words: "add", NAME, ROLE…; "list"; "reset", NAME; "disable", NAME; "enable", NAME; "roles", NAME, ROLE…. Exit status; 64 when they are none of these. */
int command_account(const struct config *config, int count, char **words);

#endif
