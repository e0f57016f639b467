"""The jail: what a child that runs foreign code may do, and nothing else.

Read it in this order. ``policy`` says what a child is given: paths, memory, files.
``lockdown`` says when which wall goes up. The walls: ``limits`` (resources and
rights), ``namespaces`` (what can be seen), ``landlock`` (what can be opened),
``allowed`` (which system calls there are, and why), made into a filter by
``seccomp``. ``canaries`` tries the walls before work is given. ``levels`` finds out
which of them this machine has. All of it by ctypes: no helper, no root.

Children do not go to jail yet: ``process.spawn`` starts them as ordinary processes.
"""
