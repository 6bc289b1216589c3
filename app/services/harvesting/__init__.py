"""What leaves for programs that gather what is public: OAI-PMH, feeds and the sitemap."""
