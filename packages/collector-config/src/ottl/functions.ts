/** What statements can call: editors change data, converters answer a value. */
export const editors = new Set(
  `append delete_index delete_key delete_keys delete_matching_keys flatten keep_keys keep_matching_keys limit merge_maps
  replace_all_matches replace_all_patterns replace_match replace_pattern set truncate_all route
  aggregate_on_attribute_value aggregate_on_attributes convert_exponential_histogram_to_histogram
  convert_gauge_to_sum convert_sum_to_gauge convert_summary_count_val_to_sum convert_summary_quantile_val_to_gauge
  convert_summary_sum_val_to_sum copy_metric extract_count_metric extract_sum_metric merge_histogram_buckets
  scale_metric set_semconv_span_name`.split(/\s+/),
);

export const converters = new Set(
  `Base64Decode Base64Encode Bool CommunityID Concat ContainsValue ConvertAttributesToElementsXML ConvertCase
  ConvertTextToElementsXML Day Decode Double Duration ExtractGrokPatterns ExtractPatterns FNV Format FormatTime GetXML
  HasAttrKeyOnDatapoint HasAttrOnDatapoint HasPrefix HasSuffix Hex Hour Hours Index InsertXML Int IsBool IsDouble
  IsInCIDR IsInt IsList IsMap IsMatch IsRootSpan IsString IsValidLuhn Keys Len Log MD5 Microseconds Milliseconds Minute
  Minutes Month Murmur3Hash Murmur3Hash128 Nanosecond Nanoseconds Now ParseCSV ParseInt ParseJSON ParseKeyValue
  ParseSeverity ParseSimplifiedXML ParseXML ProfileID RemoveXML SHA1 SHA256 SHA512 Second Seconds SliceToMap Sort SpanID
  Split String Substring Time ToCamelCase ToKeyValueString ToLowerCase ToSnakeCase ToUpperCase TraceID Trim TrimPrefix
  TrimSuffix TruncateTime URL UUID UUIDv7 Unix UnixMicro UnixMilli UnixNano UnixSeconds UserAgent Values Weekday XXH128
  XXH3 Year`.split(/\s+/),
);
