/* placeholder until the folder's first file */ typedef int bv_engine_empty;
