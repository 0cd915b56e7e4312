def _legacy_layout() -> dict[str, str]:
    """google.genai has other fields: those of the old messages with their zeros, and old enums."""
    return {
        "GenerateContentResponse": 'candidates=[] prompt_feedback usage_metadata model_version=""',
        "GenerateContentResponsePromptFeedback": "block_reason=0 safety_ratings=[]",
        "GenerateContentResponseUsageMetadata": "prompt_token_count=0 candidates_token_count=0"
        " total_token_count=0 cached_content_token_count=0",
        "Candidate": "content finish_reason=0 index safety_ratings=[] citation_metadata"
        " token_count=0 grounding_attributions=[] grounding_metadata avg_logprobs=0.0"
        " logprobs_result",
        "SafetyRating": "category=0 probability=0 blocked=false",
        "CitationMetadata": "citation_sources=[]",
        "Citation": "start_index end_index uri license_",
        "Content": 'parts=[] role=""',
        "Part": "text inline_data function_call function_response file_data executable_code"
        " code_execution_result",
        "Blob": 'mime_type="" data=""',
        "FileData": 'mime_type="" file_uri=""',
        "FunctionCall": 'name="" args id=""',
        "FunctionResponse": 'name="" response id=""',
        "ExecutableCode": 'language=0 code=""',
        "CodeExecutionResult": 'outcome=0 output=""',
        "GroundingMetadata": "search_entry_point grounding_chunks=[] grounding_supports=[]"
        " retrieval_metadata web_search_queries=[]",
        "SearchEntryPoint": 'rendered_content="" sdk_blob=""',
        "GroundingChunk": "web",
        "GroundingChunkWeb": "uri title",
        "GroundingSupport": "segment grounding_chunk_indices=[] confidence_scores=[]",
        "Segment": 'part_index=0 start_index=0 end_index=0 text=""',
        "RetrievalMetadata": "google_search_dynamic_retrieval_score=0.0",
        "LogprobsResult": "top_candidates=[] chosen_candidates=[]",
        "LogprobsResultTopCandidates": "candidates=[]",
        "LogprobsResultCandidate": "token log_probability token_id",
        "FinishReason": "FINISH_REASON_UNSPECIFIED STOP MAX_TOKENS SAFETY RECITATION OTHER LANGUAGE"
        " BLOCKLIST PROHIBITED_CONTENT SPII MALFORMED_FUNCTION_CALL IMAGE_SAFETY",
        "BlockedReason": "BLOCKED_REASON_UNSPECIFIED SAFETY OTHER BLOCKLIST PROHIBITED_CONTENT"
        " IMAGE_SAFETY",
        "HarmCategory": "HARM_CATEGORY_UNSPECIFIED 1 2 3 4 5 6 HARM_CATEGORY_HARASSMENT"
        " HARM_CATEGORY_HATE_SPEECH HARM_CATEGORY_SEXUALLY_EXPLICIT"
        " HARM_CATEGORY_DANGEROUS_CONTENT HARM_CATEGORY_CIVIC_INTEGRITY",
        "HarmProbability": "HARM_PROBABILITY_UNSPECIFIED NEGLIGIBLE LOW MEDIUM HIGH",
        "Language": "LANGUAGE_UNSPECIFIED PYTHON",
        "Outcome": "OUTCOME_UNSPECIFIED OUTCOME_OK OUTCOME_FAILED OUTCOME_DEADLINE_EXCEEDED",
    }
