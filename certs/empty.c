/* placeholder until the folder's first file */ typedef int bv_certs_empty;
