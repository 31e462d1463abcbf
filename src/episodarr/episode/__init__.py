"""The heart: what is known of one episode, and what that means. Imports nothing else of ours.

Read `facts` (what outside systems can say), then `evidence` (the latest of each), then `standing` (what it means).
"""
