"""The write side: one public function is one deed. Every one begins with the act."""
