/* What issuing and reading a VC-JWT (OB 3.0 §8.2) share. */
#ifndef BV_CERTS_JOSE_JWT_H
#define BV_CERTS_JOSE_JWT_H

#include "certs/jose/jws.h"

#define JWT_TYP "JWT"

/* The registered claims that stand beside the members of the certificate. */
#define JWT_CLAIM_COUNT 6
extern const char *const jwt_claims[JWT_CLAIM_COUNT];

#endif
