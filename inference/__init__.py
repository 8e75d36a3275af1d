"""How a scan gets its findings: engine, tiling, streaming, the HTTP service, the worker."""
