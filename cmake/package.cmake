# What `cpack -G DEB` packs: the binary, its units for systemd, its settings and its papers, where Debian has such things
# (Filesystem Hierarchy Standard 3.0). `script/package` calls it.
include(GNUInstallDirs)

set(packaging ${PROJECT_SOURCE_DIR}/packaging)
set(staged ${PROJECT_BINARY_DIR}/package)

# The units name the place of the archive's binary; a package has its own.
foreach(unit keepline.service keepline.socket)
  file(READ ${packaging}/${unit} text)
  string(REPLACE "/usr/local/bin/" "/usr/bin/" text "${text}")
  string(REPLACE "/usr/local/share/doc/" "/usr/share/doc/" text "${text}")
  file(WRITE ${staged}/${unit} "${text}")
endforeach()

install(TARGETS keepline RUNTIME DESTINATION bin)
install(FILES ${staged}/keepline.service ${staged}/keepline.socket DESTINATION /lib/systemd/system)
install(FILES ${packaging}/keepline.toml DESTINATION /etc/keepline)
install(FILES README.md CHANGELOG.md DESTINATION share/doc/keepline)
install(FILES LICENSE DESTINATION share/doc/keepline RENAME copyright)
install(FILES ${packaging}/nginx.conf ${packaging}/Caddyfile DESTINATION share/doc/keepline/examples)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_PACKAGE_NAME keepline)
set(CPACK_PACKAGE_CONTACT "Keepline <keepline@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "live web chat that you run yourself")
set(CPACK_PACKAGE_DESCRIPTION
    "One program with a web client in it. Messages reach browsers by long polls, event\nstreams or WebSocket, whatever the way between lets through. History is in SQLite.")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
# All libraries but glibc are inside.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libc6 (>= 2.36)")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "systemd")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${packaging}/deb/conffiles ${packaging}/deb/postinst
                                       ${packaging}/deb/prerm ${packaging}/deb/postrm)
include(CPack)
