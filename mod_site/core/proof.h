/* proof: which password has been found to be the right one for which hash.
 *
 * To compare them takes a good part of a second on purpose, and a program that signs in by name and password does so with
 * every request. What was right stays right as long as the hash is the same one, so it is not computed again for a few
 * minutes. What is kept is neither: a digest of both under a key of this process's own. Of passwords that were wrong
 * nothing is kept.
 */
#ifndef SITE_CORE_PROOF_H
#define SITE_CORE_PROOF_H

/* Whether it was right a moment ago. */
int site_proof_known(const char *hash, const char *password);

/* It was right just now. */
void site_proof_keep(const char *hash, const char *password);

#endif
