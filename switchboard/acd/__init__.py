"""Says which waiting caller is offered to which agent, and why.
"""
