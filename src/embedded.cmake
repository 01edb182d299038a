# embedded.cmake
#
# The embedded core for projects built with CMake that compile wolfSSL
# themselves.
#
# Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
#
#     include(wolfticket/src/embedded.cmake)
#     wolfticket_embedded(wolfticket wolfssl)
#     target_link_libraries(firmware PRIVATE wolfticket)
#
# makes the static library wolfticket, with the settings and include folders
# of the target wolfssl, and WOLFTICKET_EMBEDDED for all that link with it.

get_filename_component(WOLFTICKET_DIR "${CMAKE_CURRENT_LIST_DIR}" DIRECTORY)

set(WOLFTICKET_EMBEDDED_SOURCES
    src/aead.c
    src/basic.c
    src/binding.c
    src/cause.c
    src/decide.c
    src/embed_alert.c
    src/embed_context.c
    src/embed_deliver.c
    src/embed_hook.c
    src/embed_info.c
    src/embed_issue.c
    src/embed_keys.c
    src/embed_offer.c
    src/embed_port.c
    src/embed_record.c
    src/error.c
    src/nonce.c
    src/seal.c
)

function(wolfticket_embedded name wolfssl)
    set(sources ${WOLFTICKET_EMBEDDED_SOURCES})
    list(TRANSFORM sources PREPEND "${WOLFTICKET_DIR}/")
    add_library(${name} STATIC ${sources})
    target_include_directories(${name} PUBLIC "${WOLFTICKET_DIR}/include")
    target_compile_definitions(${name} PUBLIC WOLFTICKET_EMBEDDED)
    target_link_libraries(${name} PUBLIC ${wolfssl})
endfunction()
