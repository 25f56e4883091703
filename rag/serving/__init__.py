"""What serves people at the page: the service behind it, its server, jobs, uploads, login, diagnostics."""
