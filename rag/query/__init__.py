"""What a question means: its conversation, its time words and outlets, the form of answer it asks for."""
