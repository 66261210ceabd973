/* placeholder until the folder's first file */ typedef int bv_itembank_empty;
