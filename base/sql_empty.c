typedef int bv_sql_empty;
