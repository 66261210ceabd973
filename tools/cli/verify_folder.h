/* Verifying every certificate of a folder: an employer's or a university's pile of applicants. */
#ifndef BV_TOOLS_CLI_VERIFY_FOLDER_H
#define BV_TOOLS_CLI_VERIFY_FOLDER_H

#include "certs/certs.h"

/* Prints a line (or, as JSON, an object) for each file and a summary. Returns the exit status of the command: 1 when a file that should be a certificate
 * does not verify or is there twice, 3 or 2 when one could not be checked, 0 when all are valid. trust NULL: nobody is trusted. */
int verify_folder(const char *folder, const struct bv_trust *trust, const struct bv_verify_options *options, enum bv_lang lang, bool json);

#endif
